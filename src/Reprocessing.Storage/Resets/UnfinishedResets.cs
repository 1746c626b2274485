namespace Reprocessing.Storage.Resets;

/// <summary>Finds resets that were begun and are not done: only the job's rows know what the new run needs.</summary>
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
        var rows = tables.Jobs.ReadAsync(new(JobRows.List, JobRows.UnfinishedPrefix), cancellationToken, limit, Columns);
        return await rows.Take(limit).Select(row => row.GetString(Id) ?? string.Empty).ToListAsync(cancellationToken);
    }

    public Task CloseAsync(string jobId, CancellationToken cancellationToken) =>
        tables.Jobs.DeleteEntityAsync(JobRows.List, KeyOf(jobId), ETag.All, cancellationToken);

    public async Task<IReadOnlyList<string>> ListAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken)
    {
        var rows = tables.Jobs.ReadAsync(new(JobRows.PartitionFor(jobId), RowKeys.UnfinishedResetPrefix), cancellationToken, columns: Columns);
        return await rows
            .Where(row => touchedBefore is null || row.GetDateTimeOffset(TouchedAt) < touchedBefore)
            .Select(row => row.GetString(Id) ?? string.Empty)
            .ToListAsync(cancellationToken);
    }

    private static string KeyOf(string jobId) => $"{JobRows.UnfinishedPrefix}{JobIds.KeyOf(jobId)}";
}
