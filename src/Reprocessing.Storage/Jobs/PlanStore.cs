using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Jobs;

internal sealed class PlanStore(StorageTables tables, TimeProvider time) : IPlanStore
{
    private const int MaxGoes = 8;

    public async Task AddItemsAsync(string planId, IReadOnlyList<JobItem> items, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(planId);
        var units = items.Reverse().DistinctBy(item => item.Id).Reverse().Select(item => new Unit<JobItem>(
            item, [new(TableTransactionActionType.UpsertReplace, ItemRows.Write(partition, item))])).ToList();
        if (await UnitSubmitter.SubmitAsync(tables.Jobs, units, cancellationToken) is [var refused, ..])
        {
            throw new RequestFailedException(
                refused.Answer.Status, $"Item {refused.Unit.Subject.Id} of {planId} cannot be stored.", refused.Answer.ErrorCode, refused.Answer);
        }
    }

    public async Task CreateAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        var row = JobRows.Plan(plan);
        await tables.Jobs.UpsertEntityAsync(JobRows.Listed(JobRows.PlanLane, plan.CreatedAt, plan.PlanId), TableUpdateMode.Replace, cancellationToken);
        try
        {
            await tables.Jobs.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // Stored before, and the answer was lost. It may have been applied since, so it is left as it is.
        }
    }

    public async Task<PlanRecord?> GetAsync(string planId, CancellationToken cancellationToken) =>
        (await ReadAsync(planId, cancellationToken))?.Plan;

    public Task<Page<PlanRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => JobListing.ReadAsync(
        tables.Jobs,
        (JobRows.PlanLane, null),
        (limit, token),
        async row => row.GetString("Id") is { } id
            && await GetAsync(id, cancellationToken) is { } plan
            && JobRows.ListKey(JobRows.PlanLane, plan.CreatedAt, plan.PlanId) == row.RowKey ? plan : null,
        cancellationToken);

    public async Task<ApplyOutcome> ApplyAsync(string planId, JobRecord job, CancellationToken cancellationToken)
    {
        if (JobIds.KeyOf(job.JobId) != JobIds.KeyOf(planId) || job.PlanId != planId)
        {
            throw new ArgumentException($"{job.JobId} is no job of {planId}.", nameof(job));
        }

        for (var go = 1; ; go++)
        {
            var stored = await ReadAsync(planId, cancellationToken);
            if (stored is null)
            {
                return new ApplyOutcome.NotFound();
            }

            var (plan, etag) = stored;
            if (plan.JobId is { } appliedBy)
            {
                return appliedBy == job.JobId
                    ? new ApplyOutcome.Applied(await ReadJobAsync(job.JobId, cancellationToken))
                    : new ApplyOutcome.AlreadyApplied(plan);
            }

            if (plan.ExpiresAt <= time.GetUtcNow())
            {
                return new ApplyOutcome.Expired(plan);
            }

            if (await TryApplyAsync(plan, etag, job, isLast: go == MaxGoes, cancellationToken))
            {
                return new ApplyOutcome.Applied(job);
            }
        }
    }

    private async Task<bool> TryApplyAsync(PlanRecord plan, ETag etag, JobRecord job, bool isLast, CancellationToken cancellationToken)
    {
        TableTransactionAction[] listed =
        [
            new(TableTransactionActionType.UpsertReplace, JobRows.Listed(JobRows.JobLane, job.CreatedAt, job.JobId)),
            new(TableTransactionActionType.UpsertReplace, JobRows.Waiting(job)),
        ];
        await tables.Jobs.SubmitTransactionAsync(listed, cancellationToken);
        TableTransactionAction[] applied =
        [
            new(TableTransactionActionType.UpdateReplace, JobRows.Plan(plan with { JobId = job.JobId }), etag),
            new(TableTransactionActionType.Add, JobRows.Job(job)),
        ];
        try
        {
            await tables.Jobs.SubmitTransactionAsync(applied, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (!isLast && exception.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>It was added with the mark on its plan.</summary>
    private async Task<JobRecord> ReadJobAsync(string jobId, CancellationToken cancellationToken) => JobRows.ReadJob(
        await tables.Jobs.GetEntityAsync<TableEntity>(JobRows.PartitionFor(jobId), JobRows.JobRow, cancellationToken: cancellationToken));

    private async Task<Stored?> ReadAsync(string planId, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(planId) is not { } partition)
        {
            return null;
        }

        var row = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(partition, JobRows.PlanRow, cancellationToken: cancellationToken);
        return row.HasValue && JobRows.ReadPlan(row.Value!) is { } plan && plan.PlanId == planId ? new(plan, row.Value!.ETag) : null;
    }

    private sealed record Stored(PlanRecord Plan, ETag ETag);
}
