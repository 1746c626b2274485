using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

/// <param name="End">As the orchestration sees it; rejected records make a completed one less than that.</param>
internal sealed record FinishImportInput(string ImportId, ImportState End, string? Error);

/// <summary>Counts what the pages have stored, which is the truth, writes the end, and drops what only the work needed.</summary>
internal sealed class FinishImport(
    ImportStore imports, ImportPages pages, ImportLeftovers leftovers, TimeProvider time, ILogger<FinishImport> logger)
{
    [Function(nameof(FinishImport))]
    public async Task<ImportResult> RunAsync([ActivityTrigger] FinishImportInput input, CancellationToken cancellationToken)
    {
        var totals = await pages.SumAsync(input.ImportId, cancellationToken);
        var state = input.End == ImportState.Completed && totals.Counts.Rejected > 0 ? ImportState.CompletedWithRejects : input.End;
        var ended = await imports.EditAsync(
            input.ImportId,
            import => import.State.IsFinal()
                ? null
                : import with { State = state, EndedAt = time.GetUtcNow(), Error = input.Error, Totals = totals },
            cancellationToken);
        // After the end is written: asked for again, this goes on here.
        await leftovers.DropAsync(input.ImportId, cancellationToken);
        var counts = totals.Counts;
        logger.ImportEnded(input.ImportId, EnumNames.Of(ended?.State ?? state), counts.Read, counts.Stored, counts.AlreadyThere, counts.Rejected);
        return new(ended?.State ?? state, counts, input.Error);
    }
}
