namespace Reprocessing.Storage.Outcomes;

/// <summary>Carries the outcome events that orders' transactions leave in their shards to the items and counters of their jobs.</summary>
public interface IOutcomeProjection
{
    /// <summary>Projects what is there. Several callers at once, or one that dies half way, count nothing twice.</summary>
    /// <returns>How many events were projected.</returns>
    Task<int> ProjectAsync(CancellationToken cancellationToken);
}

/// <remarks>
/// If the process dies, events are projected again and change nothing: an item knows the order version it has. ETags decide between two that run at once.
/// </remarks>
internal sealed class OutcomeProjection(StorageTables tables, TimeProvider time, ILogger<OutcomeProjection> logger) : IOutcomeProjection
{
    private readonly JobOutcomes _jobs = new(tables, time);
    private readonly ShardOutbox<OutcomeEvent> _outbox = new(tables, RowKeys.OutcomeIndex, StorageJson.Read<OutcomeEvent>, logger);

    public async Task<int> ProjectAsync(CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var shards = await _outbox.ReadAsync(cancellationToken);
            var waiting = await ApplyAsync([.. shards.SelectMany(events => events)], cancellationToken);
            var projected = shards.Select(events => events.FindAll(one => !waiting.Contains(one.Event))).ToList();
            await _outbox.DeleteAsync(projected, cancellationToken);
            var count = projected.Sum(events => events.Count);
            total += count;
            if (count == 0 || !ShardOutbox<OutcomeEvent>.MayBeMore(shards))
            {
                return total;
            }
        }
    }

    /// <returns>The events that could not be applied and stay.</returns>
    private async Task<HashSet<OutcomeEvent>> ApplyAsync(List<StoredEvent<OutcomeEvent>> events, CancellationToken cancellationToken)
    {
        HashSet<OutcomeEvent> waiting = new(ReferenceEqualityComparer.Instance);
        var jobs = from stored in events
                   from ended in stored.Event.Outcomes
                   group new ItemOutcome(stored.Event, ended.Outcome, ended.ItemId ?? stored.Event.OrderId) by ended.JobId;
        foreach (var job in jobs)
        {
            var left = await _jobs.ApplyAsync(job.Key, [.. job], cancellationToken);
            if (left.Count > 0)
            {
                Log.OutcomesWait(logger, job.Key, left.Count);
                waiting.UnionWith(left.Select(outcome => outcome.Event));
            }
        }

        return waiting;
    }
}

/// <summary>Left in an order's shard by the change that ended an attempt, in its transaction; gone once it is projected.</summary>
/// <param name="WorkflowId">The workflow that ended.</param>
/// <param name="Version">The order's, so that of two events of one order the later one is known.</param>
internal sealed record OutcomeEvent(string OrderId, string? WorkflowId, int Version, IReadOnlyList<AttemptOutcome> Outcomes)
{
    /// <summary>Null when the change ended nothing that a job or run has asked for.</summary>
    public static TableEntity? Row(string partition, Order? before, Order after) => AttemptOutcome.Of(before, after) is { Count: > 0 } outcomes
        ? new TableEntity(partition, RowKeys.Outcome(after.UpdatedAt, after.OrderId, after.Version)) { ["OrderId"] = after.OrderId }
            .WithJson(new OutcomeEvent(after.OrderId, after.WorkflowId, after.Version, outcomes))
        : null;
}
