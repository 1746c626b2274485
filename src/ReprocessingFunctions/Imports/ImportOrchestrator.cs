namespace ReprocessingFunctions.Imports;

/// <summary>
/// Reads where each page of an import ends, has its orders looked up and stored, some pages at once. The history holds cursors
/// and counts, never a record, and begins anew every twenty pages.
/// </summary>
internal static class ImportOrchestrator
{
    private const int PagesAGeneration = 20;

    /// <summary>Half an hour of waiting: an import whose end cannot be written would seem to run for ever.</summary>
    private static readonly TaskOptions Storage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(60));

    private static readonly TaskOptions ReadPage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(10));

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
            await context.CallActivityAsync<bool>(nameof(BeginImport), input.ImportId, Storage);
        }

        var reading = new Reading(input);
        await ReadAsync(context, reading);
        if (reading.End is not { } end)
        {
            context.ContinueAsNew(input with { Cursor = reading.Cursor, Page = reading.Page, Counts = reading.Counts });
            return new(ImportState.Running, reading.Counts);
        }

        return await context.CallActivityAsync<ImportResult>(
            nameof(FinishImport), new FinishImportInput(input.ImportId, end, reading.Error), Storage);
    }

    private static async Task ReadAsync(TaskOrchestrationContext context, Reading reading)
    {
        var running = new List<Task<ImportPageResult>>();
        while (reading.End is null && reading.Page < reading.Input.Page + PagesAGeneration)
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
            var page = await context.CallActivityAsync<ImportPageBounds>(
                nameof(ReadImportPage),
                new ReadImportPageInput(reading.Input.ImportId, reading.Cursor, limits.PageRecords, limits.PageBytes),
                ReadPage);
            return reading.Take(page);
        }
        catch (TaskFailedException e)
        {
            reading.Fail($"The input cannot be read from byte {reading.Cursor.Offset} on: {e.Message}");
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

        public ImportState? End { get; private set; }

        public string? Error { get; private set; }

        public ImportPageWork? Take(ImportPageBounds page)
        {
            if (page.IsCancelRequested)
            {
                End = ImportState.Canceled;
                return null;
            }

            var work = new ImportPageWork(input.ImportId, Page, Cursor, page.To, input.Limits.Silence, input.Limits.IsEnriching);
            Cursor = page.To;
            End = page.IsLast ? ImportState.Completed : null;
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
        public void Fail(string error) => (End, Error) = (ImportState.Failed, Error ?? error);
    }
}

/// <summary>Frozen when the import is started; what it is at comes along from one generation to the next.</summary>
/// <param name="Page">The number of the next page.</param>
/// <param name="Counts">Of the pages before.</param>
internal sealed record ImportOrchestrationInput(
    string ImportId, ImportLimits Limits, RecordCursor Cursor, int Page = 1, ImportCounts? Counts = null);

/// <param name="Silence">How long a page's work may make no progress before it is given up.</param>
internal sealed record ImportLimits(int Parallelism, int PageRecords, int PageBytes, TimeSpan Silence, bool IsEnriching);

internal sealed record ImportResult(ImportState State, ImportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one begun.</param>
/// <param name="Offset">Where the next one begins.</param>
internal sealed record ImportStatus(int Page, long Offset, ImportCounts Counts);

internal sealed record ImportPageWork(
    string ImportId, int Number, RecordCursor From, RecordCursor To, TimeSpan Silence, bool IsEnriching);

internal sealed class BeginImport(ImportStore imports, TimeProvider time, ILogger<BeginImport> logger)
{
    [Function(nameof(BeginImport))]
    public async Task<bool> RunAsync([ActivityTrigger] string importId, CancellationToken cancellationToken)
    {
        var begun = await imports.EditAsync(
            importId,
            import => import.State is ImportState.Receiving or ImportState.Pending
                ? import with { State = ImportState.Running, StartedAt = time.GetUtcNow() }
                : null,
            cancellationToken);
        if (begun is not null)
        {
            logger.ImportBegins(importId, begun.Format, begun.Mode, begun.Length);
        }

        return begun is not null;
    }
}

internal sealed record ReadImportPageInput(string ImportId, RecordCursor From, int MaxRecords, int MaxBytes);

/// <param name="To">Where the next page begins.</param>
/// <param name="IsLast">Nothing follows.</param>
internal sealed record ImportPageBounds(RecordCursor To, int Records, bool IsLast, bool IsCancelRequested = false);

/// <summary>Finds where a page ends. Gives no record away: a history is no place for them.</summary>
internal sealed class ReadImportPage(ImportStore imports, ImportSource source, TimeProvider time)
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

/// <param name="End">As the orchestration sees it; rejected records make a completed one less than that.</param>
internal sealed record FinishImportInput(string ImportId, ImportState End, string? Error);

/// <summary>Counts what the pages have stored, which is the truth, writes the end, and drops what only the work needed.</summary>
internal sealed class FinishImport(
    ImportStore imports, ImportPages pages, ImportProgress progress, TimeProvider time, ILogger<FinishImport> logger)
{
    [Function(nameof(FinishImport))]
    public async Task<ImportResult> RunAsync([ActivityTrigger] FinishImportInput input, CancellationToken cancellationToken)
    {
        var (totals, _) = await pages.ReadAsync(input.ImportId, cancellationToken);
        var state = input.End == ImportState.Completed && totals.Counts.Rejected > 0 ? ImportState.CompletedWithRejects : input.End;
        var ended = await imports.EditAsync(
            input.ImportId,
            import => import.State.IsFinal()
                ? null
                : import with { State = state, EndedAt = time.GetUtcNow(), Error = input.Error, Totals = totals },
            cancellationToken);
        // After the end is written: asked for again, this goes on here.
        await progress.DropLeftoversAsync(input.ImportId, cancellationToken);
        var counts = totals.Counts;
        logger.ImportEnded(input.ImportId, EnumNames.Of(ended?.State ?? state), counts.Read, counts.Stored, counts.AlreadyThere, counts.Rejected);
        return new(ended?.State ?? state, counts, input.Error);
    }
}
