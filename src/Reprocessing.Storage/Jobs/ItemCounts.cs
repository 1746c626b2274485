namespace Reprocessing.Storage.Jobs;

/// <summary>Counts over a job's items. Streamed, and only the counted columns: memory does not grow with the job.</summary>
internal sealed class ItemCounts(StorageTables tables)
{
    private static readonly string Running = $"{ItemRows.Outcome} eq '{EnumNames.Of(BusinessOutcome.Running)}'";

    private readonly ItemRange _items = new(tables);

    public async Task<IReadOnlyDictionary<ItemState, int>> ByStateAsync(string jobId, CancellationToken cancellationToken)
    {
        Dictionary<ItemState, int> counts = [];
        await foreach (var row in _items.ReadAllAsync(jobId, $"{ItemRows.IsEligible} eq true", [ItemRows.State], cancellationToken))
        {
            if (EnumNames.TryParse<ItemState>(row.GetString(ItemRows.State), out var state))
            {
                counts[state] = counts.GetValueOrDefault(state) + 1;
            }
        }

        return counts;
    }

    public async Task<IReadOnlyDictionary<string, int>> FailuresAsync(string jobId, int top, CancellationToken cancellationToken)
    {
        var counts = new ErrorPatterns();
        var columns = new[] { ItemRows.Fingerprint, ItemRows.Reason };
        await foreach (var row in _items.ReadAllAsync(jobId, ItemRange.Of(ItemState.Failed), columns, cancellationToken))
        {
            var pattern = row.GetString(ItemRows.Fingerprint) is { Length: > 0 } fingerprint ? fingerprint
                : row.GetString(ItemRows.Reason) is { Length: > 0 } reason ? reason
                : ItemReasons.ProcessingFailed;
            counts.Add(pattern);
        }

        return counts.Top(top);
    }

    public async Task<OutcomeCounts> OutcomesAsync(string jobId, string group, CancellationToken cancellationToken)
    {
        var counts = new OutcomeCounts();
        var ofGroup = TableClient.CreateQueryFilter($"Group eq {group}");
        await foreach (var row in _items.ReadAllAsync(jobId, ofGroup, [ItemRows.Outcome], cancellationToken))
        {
            if (EnumNames.TryParse<BusinessOutcome>(row.GetString(ItemRows.Outcome), out var outcome))
            {
                counts = outcome == BusinessOutcome.Running ? counts with { Running = counts.Running + 1 } : counts.Add(outcome, 1);
            }
        }

        return counts;
    }

    /// <summary>Ended ones stand in the counters' row; what has started and not ended is counted.</summary>
    public async Task<OutcomeCounts> OutcomesAsync(string jobId, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return new();
        }

        // The running ones first: one that ends in between is then counted twice for a moment, and never missing.
        var running = 0;
        await foreach (var _ in _items.ReadAllAsync(jobId, Running, [], cancellationToken))
        {
            running++;
        }

        var row = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(partition, OutcomeRows.CountersRow, cancellationToken: cancellationToken);
        return OutcomeRows.ReadCounters(row.HasValue ? row.Value : null) with { Running = running };
    }
}
