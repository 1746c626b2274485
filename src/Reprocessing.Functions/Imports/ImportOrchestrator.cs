namespace Reprocessing.Functions.Imports;

/// <summary>Has some pages at once looked up and stored, and begins its history anew every twenty. The history holds cursors and counts, never a record.</summary>
internal static class ImportOrchestrator
{
    private static readonly TaskOptions EnrichPage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(3));

    /// <summary>Some minutes of waiting: a page that cannot be stored ends its import.</summary>
    private static readonly TaskOptions SavePage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(12));

    [Function(nameof(ImportOrchestrator))]
    public static async Task<ImportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ImportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ImportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallActivityAsync<bool>(nameof(ImportActivities.BeginImport), input.ImportId, TransferCalls.Storage);
        }

        var (end, error, next) = await DoPagesAsync(context, input);
        if (end is null)
        {
            context.ContinueAsNew(next);
            return new(TransferState.Running, next.Counts ?? new());
        }

        return await context.CallActivityAsync<ImportResult>(
            nameof(ImportActivities.FinishImport), new FinishTransferInput(input.ImportId, end.Value, error), TransferCalls.Storage);
    }

    private static async Task<(TransferState? End, string? Error, ImportOrchestrationInput Next)> DoPagesAsync(
        TaskOrchestrationContext context, ImportOrchestrationInput input)
    {
        ImportPageEnds read;
        try
        {
            read = await context.CallActivityAsync<ImportPageEnds>(
                nameof(ImportActivities.ReadImportPages), new ReadImportPagesInput(input.ImportId, input.Cursor, input.Limits), TransferCalls.Page);
        }
        catch (TaskFailedException e)
        {
            return (TransferState.Failed, $"The input cannot be read from byte {input.Cursor.Offset} on: {e.FailureDetails.ErrorMessage}", input);
        }

        var next = input;
        var (isCanceled, error) = (false, (string?)null);
        List<Task> running = [];
        foreach (var to in read.Ends)
        {
            var work = new ImportPageWork(input.ImportId, next.Page, next.Cursor, to, input.Limits.Silence, input.Limits.IsEnriching);
            next = next with { Cursor = to, Page = next.Page + 1 };
            running.Add(DoPageAsync(work));
            if (running.Count >= input.Limits.Parallelism)
            {
                running.Remove(await Task.WhenAny(running));
            }

            if (isCanceled || error is not null)
            {
                break;
            }
        }

        await Task.WhenAll(running);
        return (error is not null ? TransferState.Failed : isCanceled ? TransferState.Canceled : read.IsLast ? TransferState.Completed : null, error, next);

        async Task DoPageAsync(ImportPageWork work)
        {
            try
            {
                if (work.IsEnriching)
                {
                    await context.CallActivityAsync<int>(nameof(EnrichImportPage), work, EnrichPage);
                }
            }
            catch (TaskFailedException e)
            {
                // The orders are worth more than what there is to know about them: they are stored without.
                context.CreateReplaySafeLogger(nameof(ImportOrchestrator)).PageNotEnriched(work.ImportId, work.Number, e.FailureDetails.ErrorMessage);
            }

            try
            {
                var counts = await context.CallActivityAsync<ImportCounts?>(nameof(SaveImportPage), work, SavePage);
                // Nothing is stored of a page that had not begun when the import was canceled.
                isCanceled |= counts is null;
                next = next with { Counts = (next.Counts ?? new()).Add(counts ?? new()) };
            }
            catch (TaskFailedException e)
            {
                // The first failure is the one that is told.
                error ??= $"Page {work.Number}, from line {work.From.Line}, cannot be stored: {e.FailureDetails.ErrorMessage}";
            }

            context.SetCustomStatus(new ImportStatus(next.Page - 1, next.Cursor.Offset, next.Counts ?? new()));
        }
    }
}

/// <summary>Frozen when the import is started; what it is at comes along from one generation to the next. <paramref name="Page"/> is the next one.</summary>
internal sealed record ImportOrchestrationInput(
    string ImportId, ImportLimits Limits, RecordCursor Cursor, int Page = 1, ImportCounts? Counts = null);

internal sealed record ImportLimits(int Parallelism, int PageRecords, int PageBytes, TimeSpan Silence, bool IsEnriching);

internal sealed record ImportResult(TransferState State, ImportCounts Counts, string? Error = null);

internal sealed record ImportStatus(int Page, long Offset, ImportCounts Counts);

internal sealed record ImportPageWork(
    string ImportId, int Number, RecordCursor From, RecordCursor To, TimeSpan Silence, bool IsEnriching);

internal sealed record ReadImportPagesInput(string ImportId, RecordCursor From, ImportLimits Limits);

internal sealed record ImportPageEnds(IReadOnlyList<RecordCursor> Ends, bool IsLast);

internal sealed class ImportActivities(
    TransferSteps<ImportRecord> steps, ImportSource source, ImportPages pages, TimeProvider time, ILogger<ImportActivities> logger)
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(2);

    [Function(nameof(BeginImport))]
    public async Task<bool> BeginImport([ActivityTrigger] string importId, CancellationToken cancellationToken)
    {
        var begun = await steps.BeginAsync(importId, cancellationToken);
        logger.ImportBegins(importId, begun.Format, begun.Mode, begun.Length);
        return true;
    }

    /// <summary>Finds where pages end. Gives no record away: a history is no place for them.</summary>
    [Function(nameof(ReadImportPages))]
    public Task<ImportPageEnds> ReadImportPages([ActivityTrigger] ReadImportPagesInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(ReadLimit, time, token => ReadAsync(input, token), cancellationToken);

    /// <summary>Counts what the pages have stored, which is the truth, writes the end, and drops what only the work needed.</summary>
    [Function(nameof(FinishImport))]
    public async Task<ImportResult> FinishImport([ActivityTrigger] FinishTransferInput input, CancellationToken cancellationToken)
    {
        var (totals, _) = await pages.ReadAsync(input.Id, cancellationToken);
        var counts = totals.Counts;
        var state = input.End == TransferState.Completed && counts.Rejected > 0 ? TransferState.CompletedWithRejects : input.End;
        var ended = await steps.EndAsync(input.Id, state, input.Error, import => import with { Totals = totals }, cancellationToken);
        logger.ImportEnded(input.Id, EnumNames.Of(ended.State), counts.Read, counts.Stored, counts.AlreadyThere, counts.Rejected);
        return new(ended.State, counts, input.Error);
    }

    private async Task<ImportPageEnds> ReadAsync(ReadImportPagesInput input, CancellationToken cancellationToken)
    {
        var import = await steps.FindAsync(input.ImportId, cancellationToken);
        var (from, to, records) = (input.From, input.From, 0);
        List<RecordCursor> ends = [];
        await foreach (var record in source.ReadAsync(import, input.From, cancellationToken))
        {
            if (records == input.Limits.PageRecords || (records > 0 && record.Next.Offset - from.Offset > input.Limits.PageBytes))
            {
                ends.Add(to);
                if (ends.Count == TransferCalls.PagesAGeneration)
                {
                    return new(ends, IsLast: false);
                }

                (from, records) = (to, 0);
            }

            (to, records) = (record.Next, records + 1);
        }

        return new(records == 0 ? ends : [.. ends, to with { Offset = import.Length }], IsLast: true);
    }
}
