namespace ReprocessingFunctions.Imports;

/// <summary>
/// Starts the orchestration of what was received. A request that is repeated under its key continues the import that the first one made,
/// wherever that one was cut off.
/// </summary>
internal sealed class ImportStarter(
    ImportStore imports,
    ImportUploads uploads,
    ImportReceiver receiver,
    IRequestKeys keys,
    IOptions<ImportOptions> options,
    TimeProvider time,
    ILogger<ImportStarter> logger)
{
    public const string KeyScope = "imports";

    private const int AbandonedAtOnce = 20;
    private static readonly TimeSpan AbandonedAge = TimeSpan.FromHours(1);

    /// <param name="key">The request's own; null when it has none.</param>
    public async Task<ImportRecord> StartAsync(DurableTaskClient client, ReceivedImport received, string? key, CancellationToken cancellationToken)
    {
        var importId = received.Import.ImportId;
        if (key is not null)
        {
            var bound = await keys.BindAsync(KeyScope, key, received.Hash, importId, cancellationToken);
            if (bound.RequestHash != received.Hash)
            {
                await receiver.DropAsync(importId, cancellationToken);
                throw new ProblemException(Problems.IdempotencyKeyReused(key));
            }

            if (bound.ResourceId != importId)
            {
                await HandOverAsync(received.Import, bound.ResourceId, cancellationToken);
                importId = bound.ResourceId;
            }
        }

        var import = await MakeReadyAsync(received.Import with { ImportId = importId, State = ImportState.Pending }, cancellationToken);
        if (!import.State.IsFinal())
        {
            var settings = options.Value;
            var limits = new ImportLimits(
                settings.Parallelism, settings.PageRecords, settings.PageBytes, settings.HeartbeatTimeout, settings.EnrichmentUrl is { Length: > 0 });
            var input = new ImportOrchestrationInput(import.ImportId, limits, import.First);
            if (await client.StartOnceAsync(nameof(ImportOrchestrator), import.ImportId, input, cancellationToken))
            {
                logger.ImportStarted(import.ImportId, import.Format, import.Mode, import.Length);
            }
        }

        return import;
    }

    /// <summary>
    /// Ends imports whose request was cut off when its host died: nobody was told of them and nothing will start them. They are looked for
    /// when the next import comes in.
    /// </summary>
    public async Task EndAbandonedAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - AbandonedAge;
        var newest = await imports.ListAsync(AbandonedAtOnce, token: null, cancellationToken);
        foreach (var import in newest.Items.Where(import => import.CreatedAt < before && IsWaiting(import)))
        {
            if (await client.GetInstanceAsync(import.ImportId, cancellationToken) is null)
            {
                await imports.EditAsync(
                    import.ImportId,
                    stored => IsWaiting(stored)
                        ? stored with { State = ImportState.Failed, EndedAt = time.GetUtcNow(), Error = "The request was cut off before the import was started." }
                        : null,
                    cancellationToken);
                await uploads.DeleteAsync(import.ImportId, cancellationToken);
                logger.UploadAbandoned(import.ImportId);
            }
        }
    }

    private static bool IsWaiting(ImportRecord import) => import.State is ImportState.Receiving or ImportState.Pending;

    /// <summary>Gives the input to the import that the first request has made, in case that one was cut off before all of it was there.</summary>
    private async Task HandOverAsync(ImportRecord own, string importId, CancellationToken cancellationToken)
    {
        if (own.Path is null && await imports.GetAsync(importId, cancellationToken) is null or { State: ImportState.Receiving })
        {
            await using var content = uploads.Open(own.ImportId, 0, own.Length);
            await uploads.SaveAsync(importId, content, own.Length, _ => { }, cancellationToken);
        }

        await receiver.DropAsync(own.ImportId, cancellationToken);
    }

    private async Task<ImportRecord> MakeReadyAsync(ImportRecord ready, CancellationToken cancellationToken)
    {
        var stored = await imports.EditAsync(
            ready.ImportId,
            import => import.State == ImportState.Receiving ? ready with { CreatedAt = import.CreatedAt, IsCancelRequested = import.IsCancelRequested } : null,
            cancellationToken);
        if (stored is not null)
        {
            return stored;
        }

        await imports.CreateAsync(ready, cancellationToken);
        return ready;
    }
}

/// <summary>An import's id is its orchestration's instance id too.</summary>
internal static class ImportIds
{
    public static string New(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"import-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}");

    /// <summary>What the orders of a record are marked with.</summary>
    public static string Source(string importId, long line) => string.Create(CultureInfo.InvariantCulture, $"{importId}:{line}");
}
