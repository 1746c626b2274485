namespace ReprocessingFunctions.Imports;

/// <summary>
/// Reads where each page of an import ends, has its orders looked up and stored, some pages at once. The history holds cursors
/// and counts, never a record, and begins anew every twenty pages.
/// </summary>
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
            await context.CallActivityAsync<bool>(nameof(BeginImport), input.ImportId, TransferCalls.Storage);
        }

        var reading = new Reading(input);
        await ReadAsync(context, reading);
        if (reading.End is not { } end)
        {
            context.ContinueAsNew(input with { Cursor = reading.Cursor, Page = reading.Page, Counts = reading.Counts });
            return new(TransferState.Running, reading.Counts);
        }

        return await context.CallActivityAsync<ImportResult>(
            nameof(FinishImport), new FinishTransferInput(input.ImportId, end, reading.Error), TransferCalls.Storage);
    }

    private static async Task ReadAsync(TaskOrchestrationContext context, Reading reading)
    {
        var running = new List<Task<ImportPageResult>>();
        while (reading.End is null && reading.Page < reading.Input.Page + TransferCalls.PagesAGeneration)
        {
            if (await NextPageAsync(context, reading) is { } work)
            {
                running.Add(PageAsync(context, work));
            }

            context.SetCustomStatus(new ImportStatus(reading.Page - 1, reading.Cursor.Offset, reading.Counts));
            if (running.Count >= reading.Input.Limits.Parallelism)
            {
                await TakeOneAsync(running, reading);
            }
        }

        while (running.Count > 0)
        {
            await TakeOneAsync(running, reading);
        }
    }

    /// <summary>Null when there is no page any more; the reading says why.</summary>
    private static async Task<ImportPageWork?> NextPageAsync(TaskOrchestrationContext context, Reading reading)
    {
        var limits = reading.Input.Limits;
        try
        {
            return reading.Take(await context.CallActivityAsync<ImportPageBounds>(
                nameof(ReadImportPage),
                new ReadImportPageInput(reading.Input.ImportId, reading.Cursor, limits.PageRecords, limits.PageBytes),
                TransferCalls.Page));
        }
        catch (TaskFailedException e)
        {
            reading.Fail($"The input cannot be read from byte {reading.Cursor.Offset} on: {e.FailureDetails.ErrorMessage}");
            return null;
        }
    }

    private static async Task<ImportPageResult> PageAsync(TaskOrchestrationContext context, ImportPageWork work)
    {
        if (work.IsEnriching)
        {
            await EnrichAsync(context, work);
        }

        try
        {
            return new(await context.CallActivityAsync<ImportCounts>(nameof(SaveImportPage), work, SavePage), null);
        }
        catch (TaskFailedException e)
        {
            return new(new(), $"Page {work.Number}, from line {work.From.Line}, cannot be stored: {e.FailureDetails.ErrorMessage}");
        }
    }

    private static async Task EnrichAsync(TaskOrchestrationContext context, ImportPageWork work)
    {
        try
        {
            await context.CallActivityAsync<int>(nameof(EnrichImportPage), work, EnrichPage);
        }
        catch (TaskFailedException e)
        {
            // The orders are worth more than what there is to know about them: they are stored without.
            context.CreateReplaySafeLogger(nameof(ImportOrchestrator)).PageNotEnriched(work.ImportId, work.Number, e.FailureDetails.ErrorMessage);
        }
    }

    private static async Task TakeOneAsync(List<Task<ImportPageResult>> running, Reading reading)
    {
        var done = await Task.WhenAny(running);
        running.Remove(done);
        reading.Add(await done);
    }

    private sealed record ImportPageResult(ImportCounts Counts, string? Error);

    /// <summary>How far the import is, in this generation.</summary>
    private sealed class Reading(ImportOrchestrationInput input)
    {
        public ImportOrchestrationInput Input => input;

        public RecordCursor Cursor { get; private set; } = input.Cursor;

        public int Page { get; private set; } = input.Page;

        public ImportCounts Counts { get; private set; } = input.Counts ?? new();

        public TransferState? End { get; private set; }

        public string? Error { get; private set; }

        public ImportPageWork? Take(ImportPageBounds page)
        {
            if (page.IsCancelRequested)
            {
                End = TransferState.Canceled;
                return null;
            }

            var work = new ImportPageWork(input.ImportId, Page, Cursor, page.To, input.Limits.Silence, input.Limits.IsEnriching);
            Cursor = page.To;
            End = page.IsLast ? TransferState.Completed : null;
            if (page.Records == 0)
            {
                return null;
            }

            Page++;
            return work;
        }

        public void Add(ImportPageResult page)
        {
            Counts = Counts.Add(page.Counts);
            if (page.Error is { } error)
            {
                Fail(error);
            }
        }

        /// <summary>The first failure is the one that is told; no page is begun after it.</summary>
        public void Fail(string error) => (End, Error) = (TransferState.Failed, Error ?? error);
    }
}

/// <summary>Frozen when the import is started; what it is at comes along from one generation to the next.</summary>
/// <param name="Page">The number of the next page.</param>
/// <param name="Counts">Of the pages before.</param>
internal sealed record ImportOrchestrationInput(
    string ImportId, ImportLimits Limits, RecordCursor Cursor, int Page = 1, ImportCounts? Counts = null);

/// <param name="Silence">How long a page's work may make no progress before it is given up.</param>
internal sealed record ImportLimits(int Parallelism, int PageRecords, int PageBytes, TimeSpan Silence, bool IsEnriching);

internal sealed record ImportResult(TransferState State, ImportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one begun.</param>
/// <param name="Offset">Where the next one begins.</param>
internal sealed record ImportStatus(int Page, long Offset, ImportCounts Counts);

internal sealed record ImportPageWork(
    string ImportId, int Number, RecordCursor From, RecordCursor To, TimeSpan Silence, bool IsEnriching);

internal sealed class BeginImport(TransferSteps<ImportRecord> steps, ILogger<BeginImport> logger)
{
    [Function(nameof(BeginImport))]
    public async Task<bool> RunAsync([ActivityTrigger] string importId, CancellationToken cancellationToken)
    {
        var begun = await steps.BeginAsync(importId, cancellationToken);
        logger.ImportBegins(importId, begun.Format, begun.Mode, begun.Length);
        return true;
    }
}

internal sealed record ReadImportPageInput(string ImportId, RecordCursor From, int MaxRecords, int MaxBytes);

/// <param name="To">Where the next page begins.</param>
/// <param name="IsLast">Nothing follows.</param>
internal sealed record ImportPageBounds(RecordCursor To, int Records, bool IsLast, bool IsCancelRequested = false);

/// <summary>Finds where a page ends. Gives no record away: a history is no place for them.</summary>
internal sealed class ReadImportPage(ITransferStore<ImportRecord> imports, ImportSource source, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Function(nameof(ReadImportPage))]
    public Task<ImportPageBounds> RunAsync([ActivityTrigger] ReadImportPageInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(Limit, time, token => ReadAsync(input, token), cancellationToken);

    private async Task<ImportPageBounds> ReadAsync(ReadImportPageInput input, CancellationToken cancellationToken)
    {
        var import = await imports.GetAsync(input.ImportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no import {input.ImportId}.");
        if (import.IsCancelRequested)
        {
            return new(input.From, 0, IsLast: false, IsCancelRequested: true);
        }

        var (to, records) = (input.From, 0);
        await foreach (var record in source.ReadAsync(import, input.From, cancellationToken))
        {
            var isFull = records == input.MaxRecords || (records > 0 && record.Next.Offset - input.From.Offset > input.MaxBytes);
            if (isFull)
            {
                return new(to, records, IsLast: false);
            }

            (to, records) = (record.Next, records + 1);
        }

        return new(to with { Offset = import.Length }, records, IsLast: true);
    }
}

/// <summary>Counts what the pages have stored, which is the truth, writes the end, and drops what only the work needed.</summary>
internal sealed class FinishImport(TransferSteps<ImportRecord> steps, ImportPages pages, ILogger<FinishImport> logger)
{
    [Function(nameof(FinishImport))]
    public async Task<ImportResult> RunAsync([ActivityTrigger] FinishTransferInput input, CancellationToken cancellationToken)
    {
        var (totals, _) = await pages.ReadAsync(input.Id, cancellationToken);
        var counts = totals.Counts;
        var state = input.End == TransferState.Completed && counts.Rejected > 0 ? TransferState.CompletedWithRejects : input.End;
        var ended = await steps.EndAsync(input.Id, state, input.Error, import => import with { Totals = totals }, cancellationToken);
        logger.ImportEnded(input.Id, EnumNames.Of(ended.State), counts.Read, counts.Stored, counts.AlreadyThere, counts.Rejected);
        return new(ended.State, counts, input.Error);
    }
}
