using System.Buffers;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// Has the pages of an export written one after another, each from where the one before has ended. The history holds cursors and
/// counts, never a record, and begins anew every twenty pages.
/// </summary>
internal static class ExportOrchestrator
{
    private const int PagesAGeneration = 20;

    /// <summary>Half an hour of waiting: an export whose end cannot be written would seem to run for ever.</summary>
    private static readonly TaskOptions Storage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(60));

    private static readonly TaskOptions Page = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(10));

    [Function(nameof(ExportOrchestrator))]
    public static async Task<ExportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ExportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ExportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallActivityAsync<bool>(nameof(BeginExport), input.ExportId, Storage);
        }

        var (at, counts) = (input, input.Counts ?? new());
        while (at.Page < input.Page + PagesAGeneration)
        {
            var (page, error) = await WriteAsync(context, at);
            counts = counts.Add(page.Counts);
            context.SetCustomStatus(new ExportStatus(at.Page, counts));
            if (error is not null || page.IsLast || page.IsCancelRequested)
            {
                var end = error is not null ? ExportState.Failed : page.IsCancelRequested ? ExportState.Canceled : ExportState.Completed;
                return await context.CallActivityAsync<ExportResult>(nameof(FinishExport), new FinishExportInput(input.ExportId, end, error), Storage);
            }

            at = at with { Cursor = page.To, Page = at.Page + 1, Counts = counts };
        }

        context.ContinueAsNew(at);
        return new(ExportState.Running, counts);
    }

    private static async Task<(ExportPageBounds Page, string? Error)> WriteAsync(TaskOrchestrationContext context, ExportOrchestrationInput at)
    {
        try
        {
            var input = new WriteExportPageInput(at.ExportId, at.Page, at.Cursor, at.Limits);
            return (await context.CallActivityAsync<ExportPageBounds>(nameof(WriteExportPage), input, Page), null);
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

internal sealed record ExportLimits(int PageRecords, int PageBytes);

internal sealed record ExportResult(ExportState State, ExportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one written.</param>
internal sealed record ExportStatus(int Page, ExportCounts Counts);

internal sealed class BeginExport(IExportStore exports, TimeProvider time, ILogger<BeginExport> logger)
{
    [Function(nameof(BeginExport))]
    public async Task<bool> RunAsync([ActivityTrigger] string exportId, CancellationToken cancellationToken)
    {
        var begun = await exports.EditAsync(
            exportId,
            export => export.State == ExportState.Pending ? export with { State = ExportState.Running, StartedAt = time.GetUtcNow() } : null,
            cancellationToken);
        if (begun is not null)
        {
            logger.ExportBegins(exportId, begun.What, begun.Format, begun.RequestedBy);
        }

        return begun is not null;
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
internal sealed class WriteExportPage(
    IExportStore exports, IExportPages pages, IOrderScan orders, TimeProvider time, ILogger<WriteExportPage> logger)
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

        if (await pages.GetAsync(input.ExportId, input.Number, cancellationToken) is { } known)
        {
            return ToBounds(known);
        }

        var page = await WriteAsync(export, input, cancellationToken);
        // Nothing but the end was left to read: an empty page would be an empty part of the file.
        var isEmpty = page.Page is { IsLast: true, Counts: { Records: 0, Skipped: 0 } } && page.Text.IsEmpty;
        return ToBounds(isEmpty ? page.Page : await pages.SaveAsync(input.ExportId, page, ExportIds.NewAttempt(), cancellationToken));
    }

    private async Task<WrittenPage> WriteAsync(ExportRecord export, WriteExportPageInput input, CancellationToken cancellationToken)
    {
        var page = new PageText(export.Format, input.Limits, isFirst: input.Number == 1);
        await foreach (var row in orders.ReadAsync(export.Status, input.From, cancellationToken))
        {
            page.Add(row);
            if (row is ScannedRow.Broken { Row: var broken })
            {
                logger.OrderNotExported(export.ExportId, broken.Key, broken.Message);
            }

            if (page.IsFull)
            {
                return page.ToPage(input.Number, row.Next, isLast: false);
            }
        }

        return page.ToPage(input.Number, input.From, isLast: true);
    }

    private static ExportPageBounds ToBounds(ExportPage page) => new(page.To, page.Counts, page.IsLast);
}

/// <summary>A page while it is written.</summary>
internal sealed class PageText
{
    /// <summary>They stand in one row.</summary>
    private const int MaxSkipped = 100;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<SkippedRecord> _skipped = [];
    private readonly ImportFormat _format;
    private readonly ExportLimits _limits;
    private int _records;

    public PageText(ImportFormat format, ExportLimits limits, bool isFirst)
    {
        (_format, _limits) = (format, limits);
        if (isFirst && format == ImportFormat.Csv)
        {
            Write(OrderExport.CsvHeader);
        }
    }

    public bool IsFull =>
        _records + _skipped.Count >= _limits.PageRecords || _skipped.Count >= MaxSkipped || _text.WrittenCount >= _limits.PageBytes;

    public void Add(ScannedRow row)
    {
        switch (row)
        {
            case ScannedRow.Read read:
                Write(OrderExport.Write(_format, read.Order, read.Input));
                _records++;
                break;
            case ScannedRow.Broken broken:
                _skipped.Add(broken.Row);
                break;
        }
    }

    public WrittenPage ToPage(int number, OrderCursor to, bool isLast) => new(
        new(number, new(_records, _skipped.Count), _text.WrittenCount, to, isLast), _text.WrittenMemory, _skipped);

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _text);
}

/// <param name="End">As the orchestration sees it; skipped records make a completed one less than that.</param>
internal sealed record FinishExportInput(string ExportId, ExportState End, string? Error);

/// <summary>Counts what the pages hold, which is the truth, and writes the end. Half a file is kept for nobody.</summary>
internal sealed class FinishExport(
    IExportStore exports,
    IExportPages pages,
    ExportContent content,
    IOptions<ExportOptions> options,
    TimeProvider time,
    ILogger<FinishExport> logger)
{
    [Function(nameof(FinishExport))]
    public async Task<ExportResult> RunAsync([ActivityTrigger] FinishExportInput input, CancellationToken cancellationToken)
    {
        var totals = await pages.SumAsync(input.ExportId, cancellationToken);
        var state = input.End == ExportState.Completed && totals.Counts.Skipped > 0 ? ExportState.CompletedWithSkips : input.End;
        var now = time.GetUtcNow();
        var ended = await exports.EditAsync(
            input.ExportId,
            export => export.State.IsFinal() ? null : export with
            {
                State = state,
                EndedAt = now,
                Error = input.Error,
                Totals = totals,
                KeptUntil = state.IsWhole() ? now + options.Value.Lifetime : now,
            },
            cancellationToken) ?? throw new InvalidOperationException($"There is no export {input.ExportId}.");
        if (!ended.State.IsWhole())
        {
            // After the end is written: asked for again, this goes on here.
            await content.DropAsync(ended, cancellationToken);
        }

        var counts = totals.Counts;
        logger.ExportEnded(input.ExportId, EnumNames.Of(ended.State), counts.Records, counts.Skipped, totals.Bytes);
        return new(ended.State, counts, ended.Error);
    }
}
