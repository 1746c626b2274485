namespace ReprocessingFunctions.Exports;

/// <summary>
/// Stores exports and starts their orchestrations. A request that is repeated under its key goes on with the export that the first one
/// made, wherever that one was cut off.
/// </summary>
internal sealed class ExportStarter(
    IExportStore exports, IRequestKeys keys, IOptions<ExportOptions> options, TimeProvider time, ILogger<ExportStarter> logger)
{
    public const string KeyScope = "exports";

    /// <param name="key">The request's own; null when it has none.</param>
    public async Task<ExportRecord> StartAsync(
        DurableTaskClient client, ExportOrder order, RequestKey? key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var exportId = ExportIds.New(now);
        if (key is not null)
        {
            var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, exportId, cancellationToken);
            if (bound.RequestHash != key.RequestHash)
            {
                throw new ProblemException(Problems.IdempotencyKeyReused(key.Key));
            }

            exportId = bound.ResourceId;
        }

        var export = await exports.GetAsync(exportId, cancellationToken);
        if (export is null)
        {
            export = new()
            {
                ExportId = exportId,
                State = ExportState.Pending,
                What = order.What,
                Format = order.Format,
                Status = order.Status,
                RequestedBy = order.RequestedBy,
                CreatedAt = now,
            };
            await exports.CreateAsync(export, cancellationToken);
        }

        await EnsureStartedAsync(client, export, cancellationToken);
        return export;
    }

    public async Task EnsureStartedAsync(DurableTaskClient client, ExportRecord export, CancellationToken cancellationToken)
    {
        var limits = new ExportLimits(options.Value.PageRecords, options.Value.PageBytes);
        var input = new ExportOrchestrationInput(export.ExportId, limits, OrderCursor.Start);
        if (export.State == ExportState.Pending
            && await client.StartOnceAsync(nameof(ExportOrchestrator), export.ExportId, input, cancellationToken))
        {
            logger.ExportStarted(export.ExportId, export.What, export.Format);
        }
    }
}

/// <summary>An export's id is its orchestration's instance id too.</summary>
internal static class ExportIds
{
    public static string New(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"export-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}");

    /// <summary>Of one writing of a page.</summary>
    public static string NewAttempt() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
}

/// <summary>Settings <c>Export*</c>: files of orders that are made and kept for a while.</summary>
internal sealed class ExportOptions
{
    public const string Prefix = "Export";

    public const string ScheduleSetting = Prefix + nameof(SweepSchedule);

    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    /// <summary>A page ends after the record that makes it so large.</summary>
    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>From its end on: how long an export can be downloaded.</summary>
    [DurationRange("00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// NCRONTAB with seconds, UTC: when old content is deleted, and exports are started that were stored and not started. The host reads
    /// the setting itself and needs it to be there; it is checked here only.
    /// </summary>
    [Required]
    public string SweepSchedule { get; set; } = "0 */5 * * * *";
}

/// <summary>
/// Deletes content whose time is over, starts exports that were stored and not started because their host died in between, and ends
/// those whose orchestration was ended by hand.
/// </summary>
internal sealed class SweepExports(
    IExportStore exports,
    ExportStarter starter,
    ExportProgress progress,
    ExportContent content,
    TimeProvider time,
    ILogger<SweepExports> logger)
{
    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    [Function(nameof(SweepExports))]
    public async Task RunAsync(
        [TimerTrigger($"%{ExportOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var export in exports.ListKeptAsync(cancellationToken))
        {
            if (export.State.IsFinal())
            {
                if (export.KeptUntil <= now)
                {
                    await content.DropAsync(export, cancellationToken);
                    logger.ExportDropped(export.ExportId);
                }
            }
            else if (export.CreatedAt < now - Age)
            {
                await starter.EnsureStartedAsync(client, export, cancellationToken);
                await progress.EndIfBrokenAsync(export, client, cancellationToken);
            }
        }
    }
}
