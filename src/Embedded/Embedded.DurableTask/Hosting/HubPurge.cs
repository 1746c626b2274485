using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>The client's purges: finished instances only.</summary>
internal sealed class HubPurge(TimeProvider time, Func<CancellationToken, Task<HubRuntime>> running)
{
    private const int AtOnce = 32;
    private const int PageSize = 500;

    public async Task<PurgeResult> OneAsync(string instanceId, bool recursive, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var hub = await running(cancellation);
        if (hub.Hub.Table.TryFind(instanceId, out var active))
        {
            throw new InvalidOperationException(
                "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID "
                + $"{instanceId} has status {active.Head.Status}");
        }

        return new PurgeResult(await PurgeAsync(hub, instanceId, recursive, cancellation));
    }

    public async Task<PurgeResult> AllAsync(PurgeInstancesFilter filter, bool recursive, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var hub = await running(cancellation);
        var began = time.GetTimestamp();
        var statuses = filter.Statuses?.Where(StatusSets.Ended.Contains).ToList() ?? [.. StatusSets.Ended];
        var query = new HeadQuery
        {
            Statuses = statuses,
            CreatedFrom = filter.CreatedFrom,
            CreatedTo = filter.CreatedTo,
            PageSize = PageSize,
        };
        var purged = 0;
        for (var more = statuses.Count > 0; more;)
        {
            var page = await hub.Reader.ListAsync(query, cancellation);
            await Parallel.ForEachAsync(
                page.Heads,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (head, token) => Interlocked.Add(ref purged, await PurgeAsync(hub, head.InstanceId, recursive, token)));
            query = query with { After = page.Next };
            more = page.Next is not null;
            if (more && filter.Timeout is { } timeout && time.GetElapsedTime(began) > timeout)
            {
                return new PurgeResult(purged, false);
            }
        }

        return new PurgeResult(purged);
    }

    private static async Task<int> PurgeAsync(HubRuntime hub, string instanceId, bool recursive, CancellationToken cancellation)
    {
        var children = recursive ? await hub.Purger.ChildrenAsync(instanceId, cancellation) : [];
        var purged = await hub.Purger.PurgeAsync(instanceId, evenIfRunning: false, cancellation) == PurgeAnswer.Purged ? 1 : 0;
        foreach (var child in children)
        {
            purged += await PurgeAsync(hub, child, recursive, cancellation);
        }

        return purged;
    }
}
