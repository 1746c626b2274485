namespace Reprocessing.Storage.Jobs;

public interface IPlanStore
{
    /// <summary>Adds items to a plan that is being made; those that are there already are replaced. In transactions of 100.</summary>
    Task AddItemsAsync(string planId, IReadOnlyList<JobItem> items, CancellationToken cancellationToken);

    /// <summary>Keeps what a plan is to be prepared from, which may be millions of letters; before its head.</summary>
    Task KeepOrderAsync(string planId, string order, CancellationToken cancellationToken);

    Task<string> ReadOrderAsync(string planId, CancellationToken cancellationToken);

    Task CreateAsync(PlanRecord plan, CancellationToken cancellationToken);

    Task<PlanRecord?> GetAsync(string planId, CancellationToken cancellationToken);

    Task<Page<PlanRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>See <see cref="IJobStore.EditAsync"/>.</summary>
    Task<PlanRecord?> EditAsync(string planId, Func<PlanRecord, PlanRecord?> edit, CancellationToken cancellationToken);

    /// <summary>Marks the plan as applied and adds the job in one transaction. The same job id again is applied again.</summary>
    Task<ApplyOutcome> ApplyAsync(string planId, JobRecord job, CancellationToken cancellationToken);
}

public abstract record ApplyOutcome
{
    public sealed record Applied(JobRecord Job) : ApplyOutcome;

    public sealed record NotFound : ApplyOutcome;

    public sealed record Expired(PlanRecord Plan) : ApplyOutcome;

    public sealed record AlreadyApplied(PlanRecord Plan) : ApplyOutcome;
}

/// <summary>A frozen selection. Its items are rows of the same partition; the job that applies it works on exactly those.</summary>
public sealed record PlanRecord
{
    public required string PlanId { get; init; }

    public required JobOperation Operation { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The filter as printed by its parser, <c>all</c>, or the number of ids given.</summary>
    public required string Selection { get; init; }

    public string? Options { get; init; }

    public required int Count { get; init; }

    /// <summary>SHA-256 over ids and versions in order, hex.</summary>
    public required string Hash { get; init; }

    public IReadOnlyDictionary<string, int> CountByGroup { get; init; } = new Dictionary<string, int>();

    /// <summary>Items that matched and cannot be worked on, by reason code.</summary>
    public IReadOnlyDictionary<string, int> IneligibleByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>Set while its items are being selected, and for good where that failed.</summary>
    public PlanPreparation? Preparation { get; init; }

    public PlanApproval? Approval { get; init; }

    public string? JobId { get; init; }
}

public sealed record PlanPreparation(int Selected, string? Failure = null);

/// <param name="By">Somebody else than the plan's requester.</param>
public sealed record PlanApproval(string By, DateTimeOffset At, string Reason);

internal sealed class PlanStore(StorageTables tables, TransferBlobs blobs, TimeProvider time) : IPlanStore
{
    private const int MaxAttempts = 8;

    /// <summary>Content: it is deleted after a day, as no transfer counts it.</summary>
    private const string OrderBlob = "content/order";

    public async Task AddItemsAsync(string planId, IReadOnlyList<JobItem> items, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(planId);
        var last = items.Reverse().DistinctBy(item => item.Id).Reverse();
        await UnitSubmitter.UpsertAsync(tables.Jobs, last.Select(item => ItemRows.Write(partition, item)), cancellationToken);
    }

    public Task KeepOrderAsync(string planId, string order, CancellationToken cancellationToken) =>
        blobs.WriteAsync(planId, OrderBlob, order, isFirstToStay: true, cancellationToken);

    public async Task<string> ReadOrderAsync(string planId, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(planId, OrderBlob, cancellationToken) ?? throw new BrokenRowException($"What {planId} is to be prepared from is gone.");

    public async Task CreateAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        var row = JobRows.Plan(plan);
        await tables.Jobs.UpsertEntityAsync(JobRows.Listed(JobRows.PlanIndex, plan.CreatedAt, plan.PlanId), TableUpdateMode.Replace, cancellationToken);

        // One that was stored by a call whose response was lost may have been applied since, so it is left as it is.
        await tables.Jobs.TryAddAsync(row, cancellationToken);
    }

    public async Task<PlanRecord?> GetAsync(string planId, CancellationToken cancellationToken) =>
        await FindAsync(planId, cancellationToken) is { } row ? StorageJson.Read<PlanRecord>(row) : null;

    public Task<Page<PlanRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => JobListing.ReadAsync(
        tables.Jobs,
        (JobRows.PlanIndex, null),
        (limit, token),
        async row => row.GetString("Id") is { } id
            && await GetAsync(id, cancellationToken) is { } plan
            && JobRows.ListKey(JobRows.PlanIndex, plan.CreatedAt, plan.PlanId) == row.RowKey ? plan : null,
        cancellationToken);

    public Task<PlanRecord?> EditAsync(string planId, Func<PlanRecord, PlanRecord?> edit, CancellationToken cancellationToken) =>
        tables.Jobs.EditAsync(() => FindAsync(planId, cancellationToken), edit, JobRows.Plan, cancellationToken);

    public async Task<ApplyOutcome> ApplyAsync(string planId, JobRecord job, CancellationToken cancellationToken)
    {
        if (JobIds.KeyOf(job.JobId) != JobIds.KeyOf(planId) || job.PlanId != planId)
        {
            throw new ArgumentException($"{job.JobId} is no job of {planId}.", nameof(job));
        }

        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(planId, cancellationToken) is not { } row)
            {
                return new ApplyOutcome.NotFound();
            }

            var plan = StorageJson.Read<PlanRecord>(row);
            if (plan.JobId is { } appliedBy)
            {
                // The job was added with the mark on its plan.
                return appliedBy == job.JobId
                    ? new ApplyOutcome.Applied(StorageJson.Read<JobRecord>(
                        await tables.Jobs.GetEntityAsync<TableEntity>(row.PartitionKey, JobRows.JobRow, cancellationToken: cancellationToken)))
                    : new ApplyOutcome.AlreadyApplied(plan);
            }

            if (plan.ExpiresAt <= time.GetUtcNow())
            {
                return new ApplyOutcome.Expired(plan);
            }

            if (await TryApplyAsync(plan, row.ETag, job, isLast: attempt == MaxAttempts, cancellationToken))
            {
                return new ApplyOutcome.Applied(job);
            }
        }
    }

    private async Task<bool> TryApplyAsync(PlanRecord plan, ETag etag, JobRecord job, bool isLast, CancellationToken cancellationToken)
    {
        TableTransactionAction[] listed =
        [
            new(TableTransactionActionType.UpsertReplace, JobRows.Listed(JobRows.JobIndex, job.CreatedAt, job.JobId)),
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

    /// <summary>A job's id leads to the same partition, so the row says whose it is.</summary>
    private async Task<TableEntity?> FindAsync(string planId, CancellationToken cancellationToken) =>
        JobRows.PartitionOf(planId) is { } partition
        && await tables.Jobs.FindAsync(partition, JobRows.PlanRow, cancellationToken) is { } row
        && row.GetString("PlanId") == planId ? row : null;
}
