using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Jobs;

/// <summary>
/// Jobs that were applied and have not ended, found without a look at all jobs. An open row is written before its job and taken
/// away by the first look after the job has ended.
/// </summary>
internal sealed class OpenJobs(StorageTables tables)
{
    // A row without its job is that of an apply under way, or of one that died; after this it is the latter.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <param name="token">The row after which to go on.</param>
    public async Task<Page<JobRecord>> ListAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (from, to) = (token ?? $"{JobRows.OpenLane}|", $"{JobRows.OpenLane}|{RowKeys.Ticks(olderThan.UtcTicks)}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobRows.List} and RowKey gt {from} and RowKey lt {to}");
        List<JobRecord> jobs = [];
        await foreach (var row in tables.Jobs.QueryAsync<TableEntity>(filter, Math.Min(limit, 1_000), cancellationToken: cancellationToken))
        {
            var job = await ReadAsync(row, cancellationToken);
            if (job?.State.HasEnded() == false && JobRows.OpenKey(job) == row.RowKey)
            {
                jobs.Add(job);
            }
            else if (job is not null || row.GetDateTimeOffset("CreatedAt") < olderThan - Abandoned)
            {
                await tables.Jobs.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }

            if (jobs.Count == limit)
            {
                return new(jobs, row.RowKey);
            }
        }

        return new(jobs, null);
    }

    private async Task<JobRecord?> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetString("Id") is not { } id || JobRows.PartitionOf(id) is not { } partition)
        {
            return null;
        }

        var job = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(partition, JobRows.JobRow, cancellationToken: cancellationToken);
        return job.HasValue ? JobRows.ReadJob(job.Value!) : null;
    }
}
