namespace Reprocessing.Storage.Maintenance;

/// <param name="Next">The position of what follows; null when nothing does.</param>
public sealed record Removal(int Removed, string? Next);

/// <summary>Removes what has ended long ago, a bounded part at each call. A subject that is still wanted stays whole.</summary>
/// <remarks>A subject is found by its row in a list, which goes last: a call that dies leaves that row, and the next one goes on.</remarks>
public sealed class RetentionStore(StorageTables tables, TransferBlobs blobs, ILogger<RetentionStore> logger)
{
    private const int SubjectsACall = 100;

    internal const int RowsACall = 5_000;

    /// <summary>Where what is left is found without a position.</summary>
    private const string More = "more";

    /// <summary>Plans that were made before then and expired without having been applied. The others go with their jobs.</summary>
    public Task<Removal> RemovePlansAsync(DateTimeOffset before, DateTimeOffset now, string? position, CancellationToken cancellationToken) => RemoveFromJobsAsync(
        new(JobRows.List, $"{JobRows.PlanIndex}|"),
        before,
        position,
        async (_, partition) => await TryEndAsync<PlanRecord>(
            tables.Jobs, await tables.Jobs.FindAsync(partition, JobRows.PlanRow, cancellationToken), plan => plan.JobId is null && plan.ExpiresAt <= now, cancellationToken),
        cancellationToken);

    /// <summary>Jobs with their items, results and outcomes, and the plans that they have applied.</summary>
    public Task<Removal> RemoveJobsAsync(DateTimeOffset before, string? position, CancellationToken cancellationToken) => RemoveFromJobsAsync(
        new(JobRows.List, $"{JobRows.JobIndex}|", Condition: JobRows.ListedWith(JobOperation.Retry)),
        before,
        position,
        async (_, partition) =>
        {
            var heads = await tables.Jobs.FindAsync(partition, [JobRows.PlanRow, JobRows.JobRow], cancellationToken);
            var (plan, job) = (heads.GetValueOrDefault(JobRows.PlanRow), heads.GetValueOrDefault(JobRows.JobRow));
            if (job is null)
            {
                // A plan that was never applied, as who tried has died, is found by its own row.
                return plan is null ? true : null;
            }

            // A job whose resets are not done ends them by what its rows tell.
            return await tables.Jobs.FindAsync(JobRows.List, $"{JobRows.UnfinishedPrefix}{partition}", cancellationToken) is null
                && await TryEndAsync<JobRecord>(tables.Jobs, job, record => HasEnded(record, before), cancellationToken, plan);
        },
        cancellationToken);

    /// <summary>Runs with their results, the ticks that started none, and the figures of that time.</summary>
    public async Task<Removal> RemoveRunsAsync(DateTimeOffset before, string? position, CancellationToken cancellationToken)
    {
        var ticks = 0;
        foreach (var partition in position is null ? [ResultRows.Ticks, ResultRows.Statistics] : Array.Empty<string>())
        {
            ticks += await RowDeletion.DeleteAsync(
                tables.Results, new KeyRange(partition, string.Empty, ResultRows.TimeKey(before)).Filter, RowsACall, cancellationToken);
        }

        var runs = await RemoveFromJobsAsync(
            new(JobRows.List, $"{JobRows.JobIndex}|", Condition: JobRows.ListedWith(JobOperation.Reprocess)),
            before,
            position,
            async (runId, _) => await TryEndAsync<JobRecord>(
                tables.Results, await ResultRows.FindRunAsync(tables.Results, runId, cancellationToken), run => HasEnded(run, before), cancellationToken),
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

    public Task<Removal> RemoveTransfersAsync<T>(DateTimeOffset before, DateTimeOffset now, string? position, CancellationToken cancellationToken)
        where T : TransferRecord, ITransferKind => RemoveListedAsync(
        tables.Imports,
        new(TransferStore<T>.All, string.Empty),
        before,
        position,
        async (row, most) =>
        {
            var id = row.GetString("Id")!;
            var head = await tables.Imports.FindAsync(id, T.Kind, cancellationToken);
            if (!await TryEndAsync<T>(
                tables.Imports, head, record => record.State.IsFinal() && record.EndedAt < before && !(record.KeptUntil > now), cancellationToken))
            {
                return null;
            }

            var removed = await blobs.DeleteAsync(id, cancellationToken) + await DeletePartitionAsync(tables.Imports, id, most, cancellationToken);
            await tables.Imports.DeleteEntityAsync(TransferStore<T>.Open, TransferStore<T>.OpenKeyOf(row.RowKey), ETag.All, cancellationToken);
            return removed;
        },
        cancellationToken);

    /// <summary>The rows of a workflow in the index, unless it has run again.</summary>
    public async Task<bool> RemoveWorkflowAsync(string instanceId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var partition = WorkflowRows.PartitionOf(instanceId);
        return await tables.Workflows.FindAsync(partition, WorkflowRows.Instance(instanceId), cancellationToken) is { } row
            && StorageJson.TryRead(row, StorageJson.Read<WorkflowRecord>, logger) is { HasEnded: true } record
            && record.CloseTime < before
            && await TryDeleteAsync(tables.Workflows, [row, new(partition, WorkflowRows.Started(record)) { ETag = ETag.All }], cancellationToken);
    }

    /// <summary>Workflows that rows name which are on their way to somewhere: changes of orders, and notifications, which are instances too.</summary>
    public async Task<HashSet<string>> ListNamedAsync(CancellationToken cancellationToken)
    {
        var changes = await NamedAsync<WorkflowEvent>(RowKeys.WorkflowEventIndex, change => change.Records.Select(record => record.InstanceId), cancellationToken);
        changes.UnionWith(await NamedAsync<OutcomeEvent>(RowKeys.OutcomeIndex, ended => ended.WorkflowId is { } id ? [id] : [], cancellationToken));
        changes.UnionWith(await NamedAsync<Notification>(RowKeys.NotificationIndex, notification => [notification.Id], cancellationToken));
        return changes;
    }

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

    /// <summary>Goes through a list of plans or jobs. Their other rows are in partitions of their own.</summary>
    /// <param name="end">Takes the id and the partition, and ends what still exists: true when its rows are to go, false when it stays, null when only the list's row is to go.</param>
    private Task<Removal> RemoveFromJobsAsync(
        KeyRange list, DateTimeOffset before, string? position, Func<string, string, Task<bool?>> end, CancellationToken cancellationToken) => RemoveListedAsync(
        tables.Jobs,
        list,
        before,
        position,
        async (row, most) => row.GetString("Id") is not { } id || JobRows.PartitionOf(id) is not { } partition ? 0
            : await end(id, partition) switch
            {
                true => await DeletePartitionAsync(tables.Jobs, partition, most, cancellationToken),
                false => default(int?),
                null => 0,
            },
        cancellationToken);

    private static bool HasEnded(JobRecord job, DateTimeOffset before) => job.State.HasEnded() && job.EndedAt < before;

    private static Task<int> DeletePartitionAsync(TableClient table, string partition, int most, CancellationToken cancellationToken) =>
        RowDeletion.DeleteAsync(table, new KeyRange(partition, string.Empty).Filter, most, cancellationToken);

    /// <summary>Deletes the head, with which the subject ceases to exist, if it may go.</summary>
    /// <returns>False when the subject stays: it cannot be read, is not over or has changed.</returns>
    private async Task<bool> TryEndAsync<T>(
        TableClient table, TableEntity? head, Func<T, bool> isOver, CancellationToken cancellationToken, TableEntity? other = null)
        where T : class =>
        head is null
        || (StorageJson.TryRead(head, StorageJson.Read<T>, logger) is { } record && isOver(record)
            && await TryDeleteAsync(table, other is null ? [head] : [head, other], cancellationToken));

    /// <returns>False when one has changed since it was read.</returns>
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

/// <param name="Position">Where it goes on; null when it had nothing left to do.</param>
public sealed record StepState(DateTimeOffset At, string? Position);

/// <summary>How far the steps of maintenance are, so that a new process goes on where the last one was. In the table of results, a row a step.</summary>
public sealed class MaintenanceState(StorageTables tables)
{
    private const string Partition = "maintenance";

    public async Task<IReadOnlyDictionary<string, StepState>> ReadAsync(CancellationToken cancellationToken) => await tables.Results
        .ReadAsync(new(Partition, string.Empty), cancellationToken)
        .ToDictionaryAsync(
            row => row.RowKey,
            row => new StepState(row.GetDateTimeOffset(nameof(StepState.At)) ?? DateTimeOffset.UnixEpoch, row.GetString(nameof(StepState.Position))),
            StringComparer.Ordinal,
            cancellationToken);

    public Task SaveAsync(string step, StepState state, CancellationToken cancellationToken) => tables.Results.UpsertEntityAsync(
        new TableEntity(Partition, step) { [nameof(StepState.At)] = state.At, [nameof(StepState.Position)] = state.Position },
        TableUpdateMode.Replace,
        cancellationToken);

    public Task RemoveAsync(string step, CancellationToken cancellationToken) =>
        tables.Results.DeleteEntityAsync(Partition, step, ETag.All, cancellationToken);
}
