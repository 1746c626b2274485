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
    private readonly ShardOutbox<OutcomeEvent> _outbox = new(tables, RowKeys.OutcomeIndex, logger);

    public Task<int> ProjectAsync(CancellationToken cancellationToken) => _outbox.DrainAsync(ApplyAsync, cancellationToken);

    /// <returns>The events that could not be applied and stay.</returns>
    private async Task<IReadOnlySet<OutcomeEvent>> ApplyAsync(IReadOnlyList<OutcomeEvent> events, CancellationToken cancellationToken)
    {
        HashSet<OutcomeEvent> waiting = new(ReferenceEqualityComparer.Instance);
        var jobs = from one in events
                   from ended in one.Outcomes
                   group new ItemOutcome(one, ended.Outcome, ended.ItemId ?? one.OrderId) by ended.JobId;
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
