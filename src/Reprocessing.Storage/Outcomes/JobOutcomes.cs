namespace Reprocessing.Storage.Outcomes;

/// <summary>Writes outcomes on the items of one job and counts them, both in one transaction.</summary>
internal sealed class JobOutcomes(StorageTables tables, TimeProvider time)
{
    private const int MaxGoes = 10;

    // With the counters' row a transaction is full.
    private const int ItemsAtOnce = 99;

    /// <returns>What could not be written because others were quicker each time.</returns>
    public async Task<IReadOnlyList<OutcomeNews>> TellAsync(string jobId, IReadOnlyList<OutcomeNews> news, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return [];
        }

        List<OutcomeNews> left = [];
        var items = news.GroupBy(one => one.ItemId).OrderBy(item => RowKeys.Item(item.Key), StringComparer.Ordinal);
        foreach (var some in items.Chunk(ItemsAtOnce))
        {
            // Of an item that has ended several times only the last end counts.
            List<OutcomeNews> latest = [.. some.Select(item => item.MaxBy(one => one.Note.Version)!)];
            if (!await TryTellAsync(jobId, partition, latest, cancellationToken))
            {
                left.AddRange(some.SelectMany(item => item));
            }
        }

        return left;
    }

    private async Task<bool> TryTellAsync(string jobId, string partition, List<OutcomeNews> news, CancellationToken cancellationToken)
    {
        for (var go = 1; go <= MaxGoes; go++)
        {
            var (exists, counters) = await ReadHeadAsync(partition, cancellationToken);
            var actions = exists ? await ActionsAsync(jobId, partition, news, counters, cancellationToken) : [];
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
                // An item got a result, or another folded: what they left is read again.
            }
        }

        return false;
    }

    private async Task<List<TableTransactionAction>> ActionsAsync(
        string jobId, string partition, List<OutcomeNews> news, TableEntity? counters, CancellationToken cancellationToken)
    {
        var rows = await ItemReader.ReadAsync(tables.Jobs, partition, [.. news.Select(one => one.ItemId)], cancellationToken);
        var counts = OutcomeRows.ReadCounters(counters);
        List<TableTransactionAction> actions = [];
        foreach (var one in news)
        {
            rows.TryGetValue(one.ItemId, out var row);
            if (row is null && JobIds.KeyOf(jobId) != jobId)
            {
                // No item of this plan.
                continue;
            }

            if (row?.GetInt32(ItemRows.OutcomeVersion) >= one.Note.Version)
            {
                continue;
            }

            var earlier = EnumNames.TryParse<BusinessOutcome>(row?.GetString(ItemRows.Outcome), out var stored) ? stored : BusinessOutcome.Running;
            counts = counts.Add(earlier, -1).Add(one.Outcome, 1);
            actions.Add(Item(partition, row, one));
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

    /// <summary>
    /// A run's item has no row until its chunk is recorded. An order of it that has ended already was started by it, whatever
    /// became of the chunk.
    /// </summary>
    private TableTransactionAction Item(string partition, TableEntity? row, OutcomeNews news)
    {
        var written = row is null
            ? ItemRows.Write(partition, new(news.ItemId, string.Empty, ItemState.Succeeded) { WorkflowId = news.Note.WorkflowId, Attempts = 1 })
            : new TableEntity(partition, row.RowKey);
        written[ItemRows.Outcome] = EnumNames.Of(news.Outcome);
        written[ItemRows.OutcomeVersion] = news.Note.Version;
        written[ItemRows.UpdatedAt] = time.GetUtcNow();
        return row is null ? new(TableTransactionActionType.Add, written) : new(TableTransactionActionType.UpdateMerge, written, row.ETag);
    }

    /// <summary>Whether there is such a job, and its counters; both with one call.</summary>
    private async Task<(bool Exists, TableEntity? Counters)> ReadHeadAsync(string partition, CancellationToken cancellationToken)
    {
        var (from, to) = (JobRows.JobRow, OutcomeRows.CountersRow);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey le {to}");
        var (exists, counters) = (false, (TableEntity?)null);
        await foreach (var row in tables.Jobs.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            exists |= row.RowKey == from;
            counters = row.RowKey == to ? row : counters;
        }

        return (exists, counters);
    }
}

/// <summary>What a note has to tell one job.</summary>
/// <param name="ItemId">The job's item that it is about.</param>
internal sealed record OutcomeNews(OutcomeNote Note, BusinessOutcome Outcome, string ItemId);

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
        Succeeded: Number(row, nameof(OutcomeCounts.Succeeded)),
        FailedSame: Number(row, nameof(OutcomeCounts.FailedSame)),
        FailedNew: Number(row, nameof(OutcomeCounts.FailedNew)),
        DeadLetteredAgain: Number(row, nameof(OutcomeCounts.DeadLetteredAgain)),
        Cancelled: Number(row, nameof(OutcomeCounts.Cancelled)));

    /// <summary>What runs is not counted here.</summary>
    public static OutcomeCounts Add(this OutcomeCounts counts, BusinessOutcome outcome, int change) => outcome switch
    {
        BusinessOutcome.Succeeded => counts with { Succeeded = counts.Succeeded + change },
        BusinessOutcome.FailedSame => counts with { FailedSame = counts.FailedSame + change },
        BusinessOutcome.FailedNew => counts with { FailedNew = counts.FailedNew + change },
        BusinessOutcome.DeadLetteredAgain => counts with { DeadLetteredAgain = counts.DeadLetteredAgain + change },
        BusinessOutcome.Cancelled => counts with { Cancelled = counts.Cancelled + change },
        _ => counts,
    };

    private static int Number(TableEntity row, string name) => row.GetInt32(name) ?? 0;
}
