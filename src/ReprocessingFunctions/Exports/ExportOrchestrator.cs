using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Exports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// Has the pages of an export written one after another, each from where the one before has ended. The history holds cursors and
/// counts, never a record, and begins anew every twenty pages.
/// </summary>
internal static class ExportOrchestrator
{
    private const int PagesAGeneration = 20;

    /// <summary>Half an hour of waiting: an export whose end cannot be written would seem to run for ever.</summary>
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2), Attempts: 60);

    private static readonly ActivityPolicy Page = new(TimeSpan.FromMinutes(5), Attempts: 10);

    [Function(nameof(ExportOrchestrator))]
    public static async Task<ExportResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ExportOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ExportOrchestrator)} needs an input.");
        if (input.Page == 1)
        {
            await context.CallTimedAsync<bool>(nameof(BeginExport), input.ExportId, Storage);
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
                return await context.CallTimedAsync<ExportResult>(nameof(FinishExport), new FinishExportInput(input.ExportId, end, error), Storage);
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
            return (await context.CallTimedAsync<ExportPageBounds>(nameof(WriteExportPage), input, Page), null);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            return (new(at.Cursor, new(), IsLast: false), $"Page {at.Page} cannot be written: {e.Message}");
        }
    }
}
