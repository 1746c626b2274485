namespace Reprocessing.Storage.Maintenance;

/// <param name="Removed">Rows, and of transfers blobs.</param>
/// <param name="Next">The position of what follows; null when nothing does.</param>
public sealed record Removal(int Removed, string? Next);

/// <summary>
/// Removes what has ended long ago, a bounded part at each call. What is removed of one subject is found by its row in a list, which goes last: a call that
/// dies leaves that row, and the next one goes on. A subject that is still wanted stays whole.
/// </summary>
public sealed class RetentionStore(StorageTables tables, TransferBlobs blobs, ILogger<RetentionStore> logger)
{
    private const int SubjectsACall = 100;

    /// <summary>A larger subject takes several calls.</summary>
    internal const int RowsACall = 5_000;

    /// <summary>Where what is left is found without a position.</summary>
    private const string More = "more";

    /// <summary>Plans that expired without having been applied. The others go with their jobs.</summary>
    /// <param name="before">Made before then.</param>
    public Task<Removal> RemovePlansAsync(DateTimeOffset before, DateTimeOffset now, string? position, CancellationToken cancellationToken) => RemoveListedAsync(
        tables.Jobs, new(JobRows.List, $"{JobRows.PlanIndex}|"), before, position, (row, most) => RemovePlanAsync(row, now, most, cancellationToken), cancellationToken);

    /// <summary>Jobs with their items, results and outcomes, and the plans that they have applied.</summary>
    /// <param name="before">Ended before then.</param>
    public Task<Removal> RemoveJobsAsync(DateTimeOffset before, string? position, CancellationToken cancellationToken) => RemoveListedAsync(
        tables.Jobs,
        new(JobRows.List, $"{JobRows.JobIndex}|", Condition: JobRows.ListedWith(JobOperation.Retry)),
        before,
        position,
        (row, most) => RemoveJobAsync(row, before, most, cancellationToken),
        cancellationToken);

    /// <summary>Runs with their results, the ticks that started none, and the figures of that time.</summary>
    /// <param name="before">Ended before then.</param>
    public async Task<Removal> RemoveRunsAsync(DateTimeOffset before, string? position, CancellationToken cancellationToken)
    {
        var ticks = 0;
        foreach (var partition in position is null ? [ResultRows.Ticks, ResultRows.Statistics] : Array.Empty<string>())
        {
            ticks += await RowDeletion.DeleteAsync(
                tables.Results, new KeyRange(partition, string.Empty, ResultRows.TimeKey(before)).Filter, RowsACall, cancellationToken);
        }

        var runs = await RemoveListedAsync(
            tables.Jobs,
            new(JobRows.List, $"{JobRows.JobIndex}|", Condition: JobRows.ListedWith(JobOperation.Reprocess)),
            before,
            position,
            (row, most) => RemoveRunAsync(row, before, most, cancellationToken),
            cancellationToken);
        return runs with { Removed = ticks + runs.Removed };
    }

    public async Task<Removal> RemoveRequestKeysAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var removed = await RowDeletion.DeleteAsync(tables.Jobs, RequestKeys.BoundBefore(before), RowsACall, cancellationToken);
        return new(removed, removed == RowsACall ? More : null);
    }

    /// <summary>Whole days. An event's id, which keeps it from being recorded again, goes after it.</summary>
    public async Task<Removal> RemoveAuditAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var removed = await RowDeletion.DeleteAsync(tables.Audit, AuditRows.EventsBefore(before), RowsACall, cancellationToken);
        var ids = removed < RowsACall ? await RowDeletion.DeleteAsync(tables.Audit, AuditRows.IdsBefore(before), RowsACall, cancellationToken) : 0;
        return new(removed + ids, removed == RowsACall || ids == RowsACall ? More : null);
    }

    /// <summary>Imports or exports with their pages and blobs; none whose content may still be wanted.</summary>
    /// <param name="before">Ended before then.</param>
    public Task<Removal> RemoveTransfersAsync<T>(DateTimeOffset before, DateTimeOffset now, string? position, CancellationToken cancellationToken)
        where T : TransferRecord, ITransferKind => RemoveListedAsync(
        tables.Imports,
        new(TransferStore<T>.All, string.Empty),
        before,
        position,
        async (row, most) =>
        {
            var id = row.GetString("Id")!;
            if (await tables.Imports.FindAsync(id, T.Kind, cancellationToken) is { } head
                && (StorageJson.TryRead(head, StorageJson.Read<T>, logger) is not { } record
                    || !record.State.IsFinal() || !(record.EndedAt < before) || record.KeptUntil > now
                    || !await TryDeleteAsync(tables.Imports, [head], cancellationToken)))
            {
                return null;
            }

            var removed = await blobs.DeleteAsync(id, cancellationToken) + await RowDeletion.DeleteAsync(tables.Imports, new KeyRange(id, string.Empty).Filter, most, cancellationToken);
            await tables.Imports.DeleteEntityAsync(TransferStore<T>.Open, TransferStore<T>.OpenKeyOf(row.RowKey), ETag.All, cancellationToken);
            return removed;
        },
        cancellationToken);

    /// <summary>The rows of a workflow in the index, unless it has run again.</summary>
    /// <param name="before">Ended before then.</param>
    /// <returns>False when it stays.</returns>
    public async Task<bool> RemoveWorkflowAsync(string instanceId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var partition = WorkflowRows.PartitionOf(instanceId);
        if (await tables.Workflows.FindAsync(partition, WorkflowRows.Instance(instanceId), cancellationToken) is not { } row
            || StorageJson.TryRead(row, StorageJson.Read<WorkflowRecord>, logger) is not { HasEnded: true } record
            || !(record.CloseTime < before))
        {
            return false;
        }

        return await TryDeleteAsync(
            tables.Workflows, [row, new TableEntity(partition, WorkflowRows.Started(record)) { ETag = ETag.All }], cancellationToken);
    }

    /// <summary>Workflows that rows name which are on their way to somewhere: changes of orders, and notifications, which are instances too.</summary>
    public async Task<HashSet<string>> ListNamedAsync(CancellationToken cancellationToken)
    {
        var changes = await NamedAsync<WorkflowEvent>(RowKeys.WorkflowEventIndex, change => change.Records.Select(record => record.InstanceId), cancellationToken);
        changes.UnionWith(await NamedAsync<OutcomeEvent>(RowKeys.OutcomeIndex, ended => ended.WorkflowId is { } id ? [id] : [], cancellationToken));
        changes.UnionWith(await NamedAsync<Notification>(RowKeys.NotificationIndex, notification => [notification.Id], cancellationToken));
        return changes;
    }

    /// <summary>Whether a plan's items have one of that id.</summary>
    public async Task<bool> HasItemAsync(string jobId, string itemId, CancellationToken cancellationToken) =>
        await tables.Jobs.FindAsync(JobRows.PartitionFor(jobId), RowKeys.Item(itemId), cancellationToken, ["RowKey"]) is not null;

    /// <summary>Goes through a list from the time on, newest first.</summary>
    /// <param name="remove">Takes a row and how many rows to delete at most; gives how many it has deleted, and null when the subject stays.</param>
    private static async Task<Removal> RemoveListedAsync(
        TableClient table, KeyRange list, DateTimeOffset before, string? position, Func<TableEntity, int, Task<int?>> remove, CancellationToken cancellationToken)
    {
        position ??= ResultRows.TimeKey(before);
        var rows = await table.ReadAsync(list with { After = position }, cancellationToken, SubjectsACall).Take(SubjectsACall).ToListAsync(cancellationToken);
        var total = 0;
        foreach (var row in rows)
        {
            if (await remove(row, RowsACall - total) is { } removed)
            {
                total += removed;
                if (total >= RowsACall)
                {
                    // There may be more of this subject.
                    return new(total, position);
                }

                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
                total++;
            }

            position = list.PositionOf(row);
        }

        return new(total, rows.Count == SubjectsACall ? position : null);
    }

    private async Task<int?> RemovePlanAsync(TableEntity listed, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(listed.GetString("Id") ?? string.Empty) is not { } partition)
        {
            return 0;
        }

        var heads = await tables.Jobs.FindAsync(partition, [JobRows.PlanRow, JobRows.JobRow], cancellationToken);
        if (heads.TryGetValue(JobRows.PlanRow, out var head)
            && (StorageJson.TryRead(head, JobRows.ReadPlan, logger) is not { JobId: null } plan
                || plan.ExpiresAt > now
                || !await TryDeleteAsync(tables.Jobs, [head], cancellationToken)))
        {
            return null;
        }

        return await RowDeletion.DeleteAsync(tables.Jobs, new KeyRange(partition, string.Empty).Filter, most, cancellationToken);
    }

    private async Task<int?> RemoveJobAsync(TableEntity listed, DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(listed.GetString("Id") ?? string.Empty) is not { } partition)
        {
            return 0;
        }

        var heads = await tables.Jobs.FindAsync(partition, [JobRows.PlanRow, JobRows.JobRow], cancellationToken);
        if (heads.TryGetValue(JobRows.JobRow, out var head))
        {
            // A job whose resets are not done ends them by what its rows tell.
            if (StorageJson.TryRead(head, JobRows.ReadJob, logger) is not { } job
                || !job.State.HasEnded() || !(job.EndedAt < before)
                || await tables.Jobs.FindAsync(JobRows.List, $"{JobRows.UnfinishedPrefix}{partition}", cancellationToken) is not null
                || !await TryDeleteAsync(tables.Jobs, [.. heads.Values], cancellationToken))
            {
                return null;
            }
        }
        else if (heads.ContainsKey(JobRows.PlanRow))
        {
            // The plan was never applied; who tried has died. The plan's own row leads to it.
            return 0;
        }

        return await RowDeletion.DeleteAsync(tables.Jobs, new KeyRange(partition, string.Empty).Filter, most, cancellationToken);
    }

    private async Task<int?> RemoveRunAsync(TableEntity listed, DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        var runId = listed.GetString("Id") ?? string.Empty;
        if (JobRows.PartitionOf(runId) is not { } partition)
        {
            return 0;
        }

        if (await ResultRows.FindRunAsync(tables.Results, runId, cancellationToken) is { } head
            && (StorageJson.TryRead(head, JobRows.ReadJob, logger) is not { } run
                || !run.State.HasEnded() || !(run.EndedAt < before)
                || !await TryDeleteAsync(tables.Results, [head], cancellationToken)))
        {
            return null;
        }

        return await RowDeletion.DeleteAsync(tables.Jobs, new KeyRange(partition, string.Empty).Filter, most, cancellationToken);
    }

    /// <summary>Together, as they were read: from then on the subject does not exist.</summary>
    /// <returns>False when one has changed since.</returns>
    private static async Task<bool> TryDeleteAsync(TableClient table, IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        TransactionUnit<string> unit = new(string.Empty, [.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag))]);
        return await UnitSubmitter.SubmitAsync(table, [unit], cancellationToken) is [];
    }

    private async Task<HashSet<string>> NamedAsync<T>(char index, Func<T, IEnumerable<string>> names, CancellationToken cancellationToken)
        where T : class
    {
        var shards = await tables.Ranges(index).SelectParallelAsync(
            tables.Partitions.Count, async (shard, cancelled) => await tables.Orders.ReadAsync(shard, cancelled).ToListAsync(cancelled), cancellationToken);
        return [.. shards.SelectMany(rows => rows).Select(row => StorageJson.TryRead(row, StorageJson.Read<T>, logger)).OfType<T>().SelectMany(names)];
    }
}
