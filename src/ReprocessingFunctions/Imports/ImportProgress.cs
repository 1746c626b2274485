using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Heartbeats;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>How far imports are, by what their pages have stored.</summary>
internal sealed class ImportProgress(
    ImportStore imports, ImportPages pages, IHeartbeatStore heartbeats, ImportLeftovers leftovers, TimeProvider time)
{
    public async Task<ImportAnswer> ShowAsync(ImportRecord import, CancellationToken cancellationToken) => ImportAnswer.Of(
        import, import.Totals ?? await pages.SumAsync(import.ImportId, cancellationToken), time.GetUtcNow());

    /// <summary>With the latest sign of life.</summary>
    public async Task<ImportAnswer> ShowLiveAsync(ImportRecord import, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (import.State != ImportState.Running)
        {
            return await ShowAsync(import, cancellationToken);
        }

        var current = await EndIfGoneAsync(import, client, cancellationToken);
        var beats = current.State == ImportState.Running
            ? await heartbeats.ListAsync(ImportIds.PagePrefix(import.ImportId), cancellationToken)
            : [];
        var answer = await ShowAsync(current, cancellationToken);
        return beats is [var latest, ..] ? answer with { Heartbeat = HeartbeatAnswer.Of(latest) } : answer;
    }

    /// <summary>An orchestration that was terminated by hand, or that broke, writes no end of its import.</summary>
    private async Task<ImportRecord> EndIfGoneAsync(ImportRecord import, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.FindBrokenEndAsync(import.ImportId, cancellationToken) is not { } broken)
        {
            return import;
        }

        var ended = await imports.EditAsync(
            import.ImportId,
            stored => stored.State.IsFinal() ? null : stored with
            {
                State = broken.IsTerminated ? ImportState.Canceled : ImportState.Failed,
                EndedAt = time.GetUtcNow(),
                Error = broken.Reason,
            },
            cancellationToken);
        await leftovers.DropAsync(import.ImportId, cancellationToken);
        return ended ?? import;
    }
}
