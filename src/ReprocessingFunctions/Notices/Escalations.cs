using Microsoft.DurableTask.Client;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;

namespace ReprocessingFunctions.Notices;

internal static class Escalations
{
    /// <summary>Tells of those dead letters that were escalated; what else was done with some is nobody's concern outside.</summary>
    public static async Task EscalatedAsync(
        this INotices notices, DurableTaskClient client, IReadOnlyList<ActedItem> acted, CancellationToken cancellationToken)
    {
        if (!notices.AreWanted)
        {
            return;
        }

        foreach (var item in acted)
        {
            if (item is { Result.State: ItemState.Succeeded, Entry: { Resolution: DeadLetterResolution.Escalated } entry })
            {
                await notices.EscalatedAsync(client, entry, cancellationToken);
            }
        }
    }
}
