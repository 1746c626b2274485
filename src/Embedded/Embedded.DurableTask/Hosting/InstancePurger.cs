using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

internal enum PurgeAnswer
{
    Purged,
    NotFound,
    Running,
}

/// <summary>Deletes instances with all of their rows, from the end of the history to the head, so that a crash leaves a head to purge again.</summary>
internal sealed class InstancePurger(HubServices hub, SessionLoader sessions, TurnEffects effects, SubOrchestrations children)
{
    public async Task<PurgeAnswer> PurgeAsync(string instanceId, bool evenIfRunning, CancellationToken cancellationToken)
    {
        using var turn = await hub.Locks.LockAsync(instanceId, cancellationToken);
        if (hub.Table.TryFind(instanceId, out var active))
        {
            if (!evenIfRunning)
            {
                return PurgeAnswer.Running;
            }

            await EndAsync(active);
        }

        if (await hub.ReadHeadAsync(instanceId, cancellationToken) is not { } head)
        {
            return PurgeAnswer.NotFound;
        }

        await DeleteAsync(head);
        return PurgeAnswer.Purged;
    }

    /// <summary>The children that the current generation has called.</summary>
    public async Task<IReadOnlyList<string>> ChildrenAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (await hub.ReadHeadAsync(instanceId, cancellationToken) is not { } head)
        {
            return [];
        }

        var turns = await sessions.ReadTurnsAsync(head, cancellationToken);
        return [.. turns.SelectMany(static turn => turn.Events).OfType<SubOrchestrationCreated>()
            .Select(static call => call.InstanceId).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A running instance ends first: half a history must never be taken up by a recovery.</summary>
    private async Task EndAsync(ActiveInstance active)
    {
        effects.Close(active);
        await active.WhenIdle;
        hub.Table.Remove(active);
        if (!active.Head.HasEnded)
        {
            var ended = active.Head with
            {
                Status = OrchestrationRuntimeStatus.Terminated,
                LastUpdatedAt = hub.Time.GetUtcNow(),
            };
            await hub.Writer.CommitAsync(active.Id, [new StoreWrite.MergeHead(ended, HeadParts.State | HeadParts.Progress)]);
            children.TellParent(ended);
            hub.Waiters.Signal(ended);
        }
    }

    private async Task DeleteAsync(InstanceHead head)
    {
        head = head with { HistoryRows = 0, Recent = "", Stale = [.. head.Stale, new StaleHistory(head.Generation, head.HistoryRows)] };
        do
        {
            var writes = new List<StoreWrite>();
            head = StaleSweep.Append(head, writes, StoreLimits.MaxWrites - 1);
            writes.Add(head.Stale.Count > 0
                ? new StoreWrite.MergeHead(head, HeadParts.Progress | HeadParts.Stale)
                : new StoreWrite.DeleteHead(head.InstanceId));
            await hub.Writer.CommitAsync(head.InstanceId, writes);
        }
        while (head.Stale.Count > 0);
    }
}
