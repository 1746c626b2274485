namespace Reprocessing.Storage.Resets;

/// <summary>
/// Finds the resets that were begun and are not done, in whichever job: its old run has ended, or is about to, and what the new
/// one needs stands on the job's rows alone.
/// </summary>
public interface IUnfinishedResets
{
    /// <summary>Before the job begins with a workflow: from now on it is looked at.</summary>
    Task OpenAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Ids of the jobs that are looked at.</summary>
    Task<IReadOnlyList<string>> ListJobsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The job is over and nothing of it is unfinished.</summary>
    Task CloseAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Instance ids of the job's workflows whose reset is not done.</summary>
    /// <param name="touchedBefore">Only those that nobody has gone on with since then; null for all.</param>
    Task<IReadOnlyList<string>> ListAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken);
}

internal sealed class UnfinishedResets(StorageTables tables) : IUnfinishedResets
{
    private const string Id = "Id";
    private const string TouchedAt = "TouchedAt";
    private static readonly string[] Columns = ["PartitionKey", "RowKey", Id, TouchedAt];

    /// <summary>What goes with the write of a step, in its transaction.</summary>
    public static TableTransactionAction Mark(string jobId, ResetStep step, DateTimeOffset now)
    {
        var row = new TableEntity(JobRows.PartitionFor(jobId), RowKeys.UnfinishedReset(step.InstanceId)) { [Id] = step.InstanceId, [TouchedAt] = now };
        return step.Stage == ResetStage.Done
            ? new(TableTransactionActionType.Delete, row, ETag.All)
            : new(TableTransactionActionType.UpsertReplace, row);
    }

    public Task OpenAsync(string jobId, CancellationToken cancellationToken) => tables.Jobs.UpsertEntityAsync(
        new TableEntity(JobRows.List, KeyOf(jobId)) { [Id] = jobId }, TableUpdateMode.Replace, cancellationToken);

    public async Task<IReadOnlyList<string>> ListJobsAsync(int limit, CancellationToken cancellationToken)
    {
        var prefix = $"{JobRows.UnfinishedLane}|";
        var rows = ReadAsync(JobRows.List, prefix, Math.Min(limit, 1_000), cancellationToken);
        return await rows.Take(limit).Select(row => row.GetString(Id) ?? string.Empty).ToListAsync(cancellationToken);
    }

    public Task CloseAsync(string jobId, CancellationToken cancellationToken) =>
        tables.Jobs.DeleteEntityAsync(JobRows.List, KeyOf(jobId), ETag.All, cancellationToken);

    public async Task<IReadOnlyList<string>> ListAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken)
    {
        var rows = ReadAsync(JobRows.PartitionFor(jobId), RowKeys.UnfinishedResetPrefix, 1_000, cancellationToken);
        return await rows
            .Where(row => touchedBefore is null || row.GetDateTimeOffset(TouchedAt) < touchedBefore)
            .Select(row => row.GetString(Id) ?? string.Empty)
            .ToListAsync(cancellationToken);
    }

    private AsyncPageable<TableEntity> ReadAsync(string partition, string prefix, int page, CancellationToken cancellationToken)
    {
        var end = RowKeys.After(prefix);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {prefix} and RowKey lt {end}");
        return tables.Jobs.QueryAsync<TableEntity>(filter, page, Columns, cancellationToken);
    }

    private static string KeyOf(string jobId) => $"{JobRows.UnfinishedLane}|{JobIds.KeyOf(jobId)}";
}
