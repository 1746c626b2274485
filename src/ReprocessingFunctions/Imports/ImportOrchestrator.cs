using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Imports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>
/// Reads where each page of an import ends and has a child orchestration work it off, some at once. The history holds cursors
/// and counts, never a record, and begins anew every twenty pages.
/// </summary>
internal static class ImportOrchestrator
{
    private const int PagesAGeneration = 20;

    /// <summary>Half an hour of waiting: an import whose end cannot be written would seem to run for ever.</summary>
    private const int StorageAttempts = 60;

    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2), StorageAttempts);

    [Function(nameof(ImportOrchestrator))]
    public static async Task<ImportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ImportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ImportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallTimedAsync<bool>(nameof(BeginImport), input.ImportId, Storage);
        }

        var reading = new Reading(input);
        await ReadAsync(context, reading);
        if (reading.End is not { } end)
        {
            context.ContinueAsNew(input with { Cursor = reading.Cursor, Page = reading.Page, Counts = reading.Counts });
            return new(ImportState.Running, reading.Counts);
        }

        return await context.CallTimedAsync<ImportResult>(nameof(FinishImport), new FinishImportInput(input.ImportId, end, reading.Error), Storage);
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
            var page = await context.CallTimedAsync<ImportPageBounds>(
                nameof(ReadImportPage),
                new ReadImportPageInput(reading.Input.ImportId, reading.Cursor, limits.PageRecords, limits.PageBytes),
                new ActivityPolicy(TimeSpan.FromMinutes(2), Attempts: 10));
            return reading.Take(page);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            reading.Fail($"The input cannot be read from byte {reading.Cursor.Offset} on: {e.Message}");
            return null;
        }
    }

    private static async Task<ImportPageResult> PageAsync(TaskOrchestrationContext context, ImportPageWork work)
    {
        try
        {
            var options = new SubOrchestrationOptions(new TaskOptions(), ImportIds.Page(work.ImportId, work.Number));
            return new(await context.CallSubOrchestratorAsync<ImportCounts>(nameof(ImportPageOrchestrator), work, options), null);
        }
        catch (TaskFailedException e)
        {
            return new(new(), $"Page {work.Number}, from line {work.From.Line}, cannot be stored: {e.FailureDetails.ErrorMessage}");
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
