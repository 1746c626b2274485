namespace Reprocessing.Storage.Jobs;

/// <summary>Reads and edits the heads of jobs.</summary>
internal sealed class JobEditor(StorageTables tables)
{
    // Each go loses against an edit that was stored: an operator's, or the job's own after a slice.
    private const int MaxGoes = 12;

    /// <summary>Who wrote the row last: what tells an edit's own lost answer from an equal edit of somebody else.</summary>
    private const string EditColumn = "Edit";

    public async Task<StoredJob?> ReadAsync(string jobId, CancellationToken cancellationToken) =>
        await ReadRowAsync(jobId, cancellationToken) is { } row ? new(JobRows.ReadJob(row), row.ETag.ToString()) : null;

    public async Task<JobRecord?> EditAsync(
        string jobId, Func<JobRecord, JobRecord?> edit, string? ifMatch, CancellationToken cancellationToken)
    {
        var mine = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        for (var go = 1; await ReadRowAsync(jobId, cancellationToken) is { } row; go++)
        {
            var job = JobRows.ReadJob(row);
            if (row.GetString(EditColumn) == mine)
            {
                // The write that was refused had been stored before, and its first answer was lost.
                return job;
            }

            if (ifMatch is not null && ifMatch != row.ETag.ToString())
            {
                throw new PreconditionFailedException($"Job {jobId} has changed since it was read.");
            }

            if (edit(job) is not { } edited)
            {
                return job;
            }

            var written = JobRows.Job(edited);
            written[EditColumn] = mine;
            try
            {
                await tables.Jobs.UpdateEntityAsync(written, row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status == 412 && go < MaxGoes)
            {
                // Somebody was quicker; the edit is made on what they left.
            }
        }

        return null;
    }

    private async Task<TableEntity?> ReadRowAsync(string jobId, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return null;
        }

        var row = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(partition, JobRows.JobRow, cancellationToken: cancellationToken);

        // A plan's id leads to the same partition.
        return row.HasValue && row.Value!.GetString("JobId") == jobId ? row.Value : null;
    }
}

/// <summary>What the caller had read has changed since.</summary>
public sealed class PreconditionFailedException : InvalidOperationException
{
    public PreconditionFailedException()
    {
    }

    public PreconditionFailedException(string message)
        : base(message)
    {
    }

    public PreconditionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
