namespace ReprocessingFunctions.Exports;

/// <summary>
/// Has the pages of an export written one after another, each from where the one before has ended. The history holds cursors and
/// counts, never a record, and begins anew every twenty pages.
/// </summary>
internal static class ExportOrchestrator
{
    [Function(nameof(ExportOrchestrator))]
    public static async Task<ExportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ExportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ExportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallActivityAsync<bool>(nameof(BeginExport), input.ExportId, TransferCalls.Storage);
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
                    nameof(FinishExport), new FinishTransferInput(input.ExportId, end, error), TransferCalls.Storage);
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
            return (await context.CallActivityAsync<ExportPageBounds>(nameof(WriteExportPage), input, TransferCalls.Page), null);
        }
        catch (TaskFailedException e)
        {
            return (new(at.Cursor, new(), IsLast: false), $"Page {at.Page} cannot be written: {e.FailureDetails.ErrorMessage}");
        }
    }
}

/// <summary>Frozen when the export is started; what it is at comes along from one generation to the next.</summary>
/// <param name="Page">The number of the next page.</param>
/// <param name="Counts">Of the pages before.</param>
internal sealed record ExportOrchestrationInput(
    string ExportId, ExportLimits Limits, OrderCursor Cursor, int Page = 1, ExportCounts? Counts = null);

internal sealed record ExportLimits(int PageRecords, int PageBytes)
{
    public static ExportLimits Of(ExportOptions options) => new(options.PageRecords, options.PageBytes);
}

internal sealed record ExportResult(TransferState State, ExportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one written.</param>
internal sealed record ExportStatus(int Page, ExportCounts Counts);

internal sealed class BeginExport(TransferSteps<ExportRecord> steps, ILogger<BeginExport> logger)
{
    [Function(nameof(BeginExport))]
    public async Task<bool> RunAsync([ActivityTrigger] string exportId, CancellationToken cancellationToken)
    {
        var begun = await steps.BeginAsync(exportId, cancellationToken);
        logger.ExportBegins(exportId, begun.What, begun.Format, begun.RequestedBy);
        return true;
    }
}

internal sealed record WriteExportPageInput(string ExportId, int Number, OrderCursor From, ExportLimits Limits);

/// <param name="To">Where the next page begins.</param>
/// <param name="IsLast">Nothing follows.</param>
internal sealed record ExportPageBounds(OrderCursor To, ExportCounts Counts, bool IsLast, bool IsCancelRequested = false);

/// <summary>
/// Reads the orders of a page and keeps them as text. The page that was written first is the page: asked for again, this answers
/// the same, whatever has become of the orders since.
/// </summary>
internal sealed class WriteExportPage(ITransferStore<ExportRecord> exports, IExportPages pages, OrderPageWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Function(nameof(WriteExportPage))]
    public Task<ExportPageBounds> RunAsync([ActivityTrigger] WriteExportPageInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(Limit, time, token => WriteOnceAsync(input, token), cancellationToken);

    private async Task<ExportPageBounds> WriteOnceAsync(WriteExportPageInput input, CancellationToken cancellationToken)
    {
        var export = await exports.GetAsync(input.ExportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no export {input.ExportId}.");
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

/// <summary>Makes the file of the pages, which are the truth, and writes the end. Half a file is kept for nobody.</summary>
internal sealed class FinishExport(
    TransferSteps<ExportRecord> steps, IExportPages pages, IOptions<ExportOptions> options, ILogger<FinishExport> logger)
{
    [Function(nameof(FinishExport))]
    public async Task<ExportResult> RunAsync([ActivityTrigger] FinishTransferInput input, CancellationToken cancellationToken)
    {
        var totals = await pages.CommitAsync(input.Id, cancellationToken);
        var state = input.End == TransferState.Completed && totals.Counts.Skipped > 0 ? TransferState.CompletedWithSkips : input.End;
        var ended = await steps.EndAsync(
            input.Id,
            state,
            input.Error,
            export => export with
            {
                Totals = totals,
                KeptUntil = state.IsWhole() ? export.EndedAt + options.Value.Lifetime : export.EndedAt,
            },
            cancellationToken);
        var counts = totals.Counts;
        logger.ExportEnded(input.Id, EnumNames.Of(ended.State), counts.Records, counts.Skipped, totals.Bytes);
        return new(ended.State, counts, ended.Error);
    }
}
