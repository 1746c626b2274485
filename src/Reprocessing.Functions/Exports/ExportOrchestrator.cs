namespace Reprocessing.Functions.Exports;

/// <summary>Has the pages written one after another. The history holds cursors and counts, never a record, and begins anew every twenty pages.</summary>
internal static class ExportOrchestrator
{
    [Function(nameof(ExportOrchestrator))]
    public static async Task<ExportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ExportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ExportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallActivityAsync<bool>(nameof(ExportActivities.BeginExport), input.ExportId, TransferCalls.Storage);
        }

        var (at, counts) = (input, input.Counts ?? new());
        while (at.Page < input.Page + TransferCalls.PagesAGeneration)
        {
            var (page, error) = await WriteAsync(context, at);
            counts = counts.Add(page.Counts);
            context.SetCustomStatus(new ExportStatus(at.Page, counts));
            if (error is not null || page.IsLast || page.IsCancelRequested)
            {
                var end = error is not null ? TransferState.Failed : page.IsCancelRequested ? TransferState.Canceled : TransferState.Completed;
                return await context.CallActivityAsync<ExportResult>(
                    nameof(ExportActivities.FinishExport), new FinishTransferInput(input.ExportId, end, error), TransferCalls.Storage);
            }

            at = at with { Cursor = page.To, Page = at.Page + 1, Counts = counts };
        }

        context.ContinueAsNew(at);
        return new(TransferState.Running, counts);
    }

    private static async Task<(ExportPageBounds Page, string? Error)> WriteAsync(TaskOrchestrationContext context, ExportOrchestrationInput at)
    {
        try
        {
            var input = new WriteExportPageInput(at.ExportId, at.Page, at.Cursor, at.Limits);
            return (await context.CallActivityAsync<ExportPageBounds>(nameof(ExportActivities.WriteExportPage), input, TransferCalls.Page), null);
        }
        catch (TaskFailedException e)
        {
            return (new(at.Cursor, new(), IsLast: false), $"Page {at.Page} cannot be written: {e.FailureDetails.ErrorMessage}");
        }
    }
}

/// <summary>Frozen when the export is started; what it is at comes along from one generation to the next. <paramref name="Page"/> is the next one.</summary>
internal sealed record ExportOrchestrationInput(
    string ExportId, ExportLimits Limits, OrderCursor Cursor, int Page = 1, ExportCounts? Counts = null);

internal sealed record ExportLimits(int PageRecords, int PageBytes)
{
    public static ExportLimits Of(ExportOptions options) => new(options.PageRecords, options.PageBytes);
}

internal sealed record ExportResult(TransferState State, ExportCounts Counts, string? Error = null);

internal sealed record ExportStatus(int Page, ExportCounts Counts);

internal sealed record WriteExportPageInput(string ExportId, int Number, OrderCursor From, ExportLimits Limits);

internal sealed record ExportPageBounds(OrderCursor To, ExportCounts Counts, bool IsLast, bool IsCancelRequested = false);

internal sealed class ExportActivities(
    TransferSteps<ExportRecord> steps,
    ExportPages pages,
    OrderPageWriter writer,
    IOptions<ExportOptions> options,
    TimeProvider time,
    ILogger<ExportActivities> logger)
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromMinutes(5);

    [Function(nameof(BeginExport))]
    public async Task<bool> BeginExport([ActivityTrigger] string exportId, CancellationToken cancellationToken)
    {
        var begun = await steps.BeginAsync(exportId, cancellationToken);
        logger.ExportBegins(exportId, begun.What, begun.Format, begun.RequestedBy);
        return true;
    }

    /// <summary>The page that was written first is the page: asked for again, this answers the same, whatever has become of the orders since.</summary>
    [Function(nameof(WriteExportPage))]
    public Task<ExportPageBounds> WriteExportPage([ActivityTrigger] WriteExportPageInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(WriteLimit, time, token => WriteOnceAsync(input, token), cancellationToken);

    /// <summary>Makes the file of the pages, which are the truth, and writes the end. Half a file is kept for nobody.</summary>
    [Function(nameof(FinishExport))]
    public async Task<ExportResult> FinishExport([ActivityTrigger] FinishTransferInput input, CancellationToken cancellationToken)
    {
        var totals = await pages.CommitAsync(input.Id, cancellationToken);
        var state = input.End == TransferState.Completed && totals.Counts.Skipped > 0 ? TransferState.CompletedWithSkips : input.End;
        var lifetime = state.IsWhole() ? options.Value.Lifetime : TimeSpan.Zero;
        var ended = await steps.EndAsync(
            input.Id, state, input.Error, export => export with { Totals = totals, KeptUntil = export.EndedAt + lifetime }, cancellationToken);
        logger.ExportEnded(input.Id, EnumNames.Of(ended.State), totals.Counts.Records, totals.Counts.Skipped, totals.Bytes);
        return new(ended.State, totals.Counts, ended.Error);
    }

    private async Task<ExportPageBounds> WriteOnceAsync(WriteExportPageInput input, CancellationToken cancellationToken)
    {
        var export = await steps.FindAsync(input.ExportId, cancellationToken);
        if (export.IsCancelRequested)
        {
            return new(input.From, new(), IsLast: false, IsCancelRequested: true);
        }

        var page = await pages.GetAsync(input.ExportId, input.Number, cancellationToken);
        if (page is null)
        {
            var written = await writer.WriteAsync(
                export.Id, export.Format, export.Status, input.Number, input.From, input.Limits, cancellationToken);
            // Nothing but the end was left to read: an empty page would be an empty part of the file.
            var isEmpty = written.Page is { IsLast: true, Bytes: 0, Counts: { Records: 0, Skipped: 0 } };
            page = isEmpty ? written.Page : await pages.SaveAsync(input.ExportId, written, cancellationToken);
        }

        return new(page.To, page.Counts, page.IsLast);
    }
}
