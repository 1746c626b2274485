namespace Reprocessing.Storage.Outcomes;

/// <summary>Carries the outcome events that orders' transactions leave in their shards to the items and counters of their jobs.</summary>
public interface IOutcomeProjection
{
    /// <summary>Projects what is there. Several callers at once, or one that dies half way, count nothing twice.</summary>
    Task<int> ProjectAsync(CancellationToken cancellationToken);
}

/// <remarks>If the process dies, events are projected again and change nothing: an item knows its order's version. ETags decide between two that run at once.</remarks>
internal sealed class OutcomeProjection(StorageTables tables, TimeProvider time, ILogger<OutcomeProjection> logger) : IOutcomeProjection
{
    private const int MaxAttempts = 10;

    // With the counters' row a transaction is full.
    private const int ItemsAtOnce = 99;

    private readonly RunChunks _chunks = new(tables, time);
    private readonly ShardOutbox<OutcomeEvent> _outbox = new(tables, RowKeys.OutcomeIndex, logger);

    public Task<int> ProjectAsync(CancellationToken cancellationToken) => _outbox.DrainAsync(ApplyAsync, cancellationToken);

    private async Task<IReadOnlySet<OutcomeEvent>> ApplyAsync(IReadOnlyList<OutcomeEvent> events, CancellationToken cancellationToken)
    {
        HashSet<OutcomeEvent> waiting = new(ReferenceEqualityComparer.Instance);
        var jobs = from one in events
                   from ended in one.Outcomes
                   group new ItemOutcome(one, ended.Outcome, ended.ItemId ?? one.OrderId) by ended.JobId;
        foreach (var job in jobs)
        {
            var left = await ApplyToJobAsync(job.Key, [.. job], cancellationToken);
            if (left.Count > 0)
            {
                Log.OutcomesWait(logger, job.Key, left.Count);
                waiting.UnionWith(left.Select(outcome => outcome.Event));
            }
        }

        return waiting;
    }

    /// <summary>Writes outcomes on the items of one job and counts them, both in one transaction.</summary>
    private async Task<IReadOnlyList<ItemOutcome>> ApplyToJobAsync(string jobId, IReadOnlyList<ItemOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return [];
        }

        if (RunIds.IsRun(jobId))
        {
            return await ApplyToRunAsync(jobId, outcomes, cancellationToken);
        }

        List<ItemOutcome> left = [];
        var items = outcomes.GroupBy(one => one.ItemId).OrderBy(item => RowKeys.Item(item.Key), StringComparer.Ordinal);
        foreach (var some in items.Chunk(ItemsAtOnce))
        {
            // Of an item that has ended several times only the last end counts.
            List<ItemOutcome> latest = [.. some.Select(item => item.MaxBy(one => one.Event.Version)!)];
            if (!await TryApplyAsync(partition, latest, cancellationToken))
            {
                left.AddRange(some.SelectMany(item => item));
            }
        }

        return left;
    }

    /// <summary>A workflow may end before its chunk is stored: its outcome waits then, but not for a run that has ended or is gone, whose chunk never came.</summary>
    private async Task<IReadOnlyList<ItemOutcome>> ApplyToRunAsync(
        string runId, IReadOnlyList<ItemOutcome> outcomes, CancellationToken cancellationToken)
    {
        var (unknown, lost) = await _chunks.ApplyAsync(runId, outcomes, cancellationToken);
        if (unknown.Count == 0)
        {
            return lost;
        }

        var head = await ResultRows.FindRunAsync(tables.Results, runId, cancellationToken);
        if (head is not null && !StorageJson.Read<JobRecord>(head).State.HasEnded())
        {
            return [.. unknown, .. lost];
        }

        // Once more: the chunk may have been stored, and the run have ended, between the two reads.
        return [.. lost, .. (await _chunks.ApplyAsync(runId, unknown, cancellationToken)).Lost];
    }

    private async Task<bool> TryApplyAsync(string partition, List<ItemOutcome> outcomes, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var heads = await tables.Jobs.FindAsync(partition, [JobRows.JobRow, OutcomeRows.CountersRow], cancellationToken);
            var actions = heads.ContainsKey(JobRows.JobRow)
                ? await ActionsAsync(partition, outcomes, heads.GetValueOrDefault(OutcomeRows.CountersRow), cancellationToken)
                : [];
            if (actions.Count == 0)
            {
                return true;
            }

            try
            {
                await tables.Jobs.SubmitTransactionAsync(actions, cancellationToken);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                // An item got a result, or another projected: what they left is read again.
            }
        }

        return false;
    }

    private async Task<List<TableTransactionAction>> ActionsAsync(
        string partition, List<ItemOutcome> outcomes, TableEntity? counters, CancellationToken cancellationToken)
    {
        var rows = await tables.Jobs.FindAsync(partition, outcomes.Select(one => RowKeys.Item(one.ItemId)), cancellationToken);
        var counts = OutcomeRows.ReadCounters(counters);
        List<TableTransactionAction> actions = [];
        foreach (var one in outcomes)
        {
            if (!rows.TryGetValue(RowKeys.Item(one.ItemId), out var row) || row.GetInt32(ItemRows.OutcomeVersion) >= one.Event.Version)
            {
                continue;
            }

            counts = counts.Add(row.EnumOf<BusinessOutcome>(nameof(JobItem.Outcome)) ?? BusinessOutcome.Running, -1).Add(one.Outcome, 1);
            var item = new TableEntity(partition, row.RowKey)
            {
                [nameof(JobItem.Outcome)] = EnumNames.Of(one.Outcome),
                [ItemRows.OutcomeVersion] = one.Event.Version,
                [nameof(JobItem.UpdatedAt)] = time.GetUtcNow(),
            };
            actions.Add(new(TableTransactionActionType.UpdateMerge, item, row.ETag));
        }

        if (actions.Count > 0)
        {
            var written = OutcomeRows.Counters(partition, counts);
            actions.Add(counters is null
                ? new(TableTransactionActionType.Add, written)
                : new(TableTransactionActionType.UpdateMerge, written, counters.ETag));
        }

        return actions;
    }
}

internal sealed record ItemOutcome(OutcomeEvent Event, BusinessOutcome Outcome, string ItemId);

/// <summary>The counters of a job's ended items. They change in the transaction that changes the items, so they are the sum of them.</summary>
internal static class OutcomeRows
{
    public const string CountersRow = "o";

    public static TableEntity Counters(string partition, OutcomeCounts counts) => new(partition, CountersRow)
    {
        [nameof(OutcomeCounts.Succeeded)] = counts.Succeeded,
        [nameof(OutcomeCounts.FailedSame)] = counts.FailedSame,
        [nameof(OutcomeCounts.FailedNew)] = counts.FailedNew,
        [nameof(OutcomeCounts.DeadLetteredAgain)] = counts.DeadLetteredAgain,
        [nameof(OutcomeCounts.Cancelled)] = counts.Cancelled,
    };

    public static OutcomeCounts ReadCounters(TableEntity? row) => row is null ? new() : new(
        Succeeded: row.Number(nameof(OutcomeCounts.Succeeded)),
        FailedSame: row.Number(nameof(OutcomeCounts.FailedSame)),
        FailedNew: row.Number(nameof(OutcomeCounts.FailedNew)),
        DeadLetteredAgain: row.Number(nameof(OutcomeCounts.DeadLetteredAgain)),
        Cancelled: row.Number(nameof(OutcomeCounts.Cancelled)));

    public static OutcomeCounts Add(this OutcomeCounts counts, BusinessOutcome outcome, int change) => outcome switch
    {
        BusinessOutcome.Succeeded => counts with { Succeeded = counts.Succeeded + change },
        BusinessOutcome.FailedSame => counts with { FailedSame = counts.FailedSame + change },
        BusinessOutcome.FailedNew => counts with { FailedNew = counts.FailedNew + change },
        BusinessOutcome.DeadLetteredAgain => counts with { DeadLetteredAgain = counts.DeadLetteredAgain + change },
        BusinessOutcome.Cancelled => counts with { Cancelled = counts.Cancelled + change },
        _ => counts with { Running = counts.Running + change },
    };
}

/// <summary>Left in an order's shard by the change that ended an attempt, in its transaction; gone once it is projected.</summary>
internal sealed record OutcomeEvent(string OrderId, string? WorkflowId, int Version, IReadOnlyList<AttemptOutcome> Outcomes)
{
    public static TableEntity? Row(string partition, Order? before, Order after) => AttemptOutcome.Of(before, after) is { Count: > 0 } outcomes
        ? new TableEntity(partition, RowKeys.Outcome(after.UpdatedAt, after.OrderId, after.Version)) { ["OrderId"] = after.OrderId }
            .WithJson(new OutcomeEvent(after.OrderId, after.WorkflowId, after.Version, outcomes))
        : null;
}
