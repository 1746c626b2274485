namespace Reprocessing.Storage.Jobs;

public interface IPlanStore
{
    /// <summary>Adds items to a plan that is being made; those that are there already are replaced. In transactions of 100.</summary>
    Task AddItemsAsync(string planId, IReadOnlyList<JobItem> items, CancellationToken cancellationToken);

    /// <summary>Writes the head, which makes the plan exist.</summary>
    Task CreateAsync(PlanRecord plan, CancellationToken cancellationToken);

    Task<PlanRecord?> GetAsync(string planId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Page<PlanRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Marks the plan as applied and adds the job, in one transaction: of two who try, one wins. The same job id again is
    /// <see cref="ApplyOutcome.Applied"/> again, with the job as it is stored.
    /// </summary>
    Task<ApplyOutcome> ApplyAsync(string planId, JobRecord job, CancellationToken cancellationToken);
}

public abstract record ApplyOutcome
{
    private ApplyOutcome()
    {
    }

    public sealed record Applied(JobRecord Job) : ApplyOutcome;

    public sealed record NotFound : ApplyOutcome;

    public sealed record Expired(PlanRecord Plan) : ApplyOutcome;

    public sealed record AlreadyApplied(PlanRecord Plan) : ApplyOutcome;
}
