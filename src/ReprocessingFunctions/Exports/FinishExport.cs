using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

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
