namespace ReprocessingFunctions.Runs;

internal sealed record PlanRunInput(string RunId, DateTimeOffset StartedAt, int? MaxOrders, RunTrigger Trigger);

/// <summary>
/// Reads the settings into the run's input, so that an orchestrator reads none and a run keeps to what it began with; counts
/// what is due, so that progress has a whole; and lists the run as running, and no other.
/// </summary>
internal sealed class PlanRun(
    IOptions<ReprocessingOptions> options, DueCount due, IResultStore results, IJobStore jobs, AbandonedRuns abandoned)
{
    private readonly ReprocessingOptions _options = options.Value;

    [Function(nameof(PlanRun))]
    public async Task<SliceInput> RunAsync(
        [ActivityTrigger] PlanRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await abandoned.CloseAsync(client, input.RunId, cancellationToken);

        // A start over HTTP was checked before; one through the management API was not.
        var cap = input.MaxOrders is > 0 and var asked ? Math.Min(asked, _options.MaxOrders) : _options.BatchSize;
        var plan = Plan(input, cap);
        var job = await jobs.CreateAsync(Job(input, plan), cancellationToken);
        await results.SaveAsync(
            new(input.RunId, input.StartedAt, EnumNames.Of(input.Trigger), cap, RunState.Running, plan.AccumulatedResult), cancellationToken);
        return plan with
        {
            Control = job.Control,
            Expected = await due.TryCountAsync(RunJobOptions.Rule(input.RunId, plan.KindOptions), cap, cancellationToken),
        };
    }

    private SliceInput Plan(PlanRunInput input, int cap) => new(
        input.RunId,
        JobOperation.Reprocess,
        cap,
        new ReprocessingResult(input.StartedAt),
        ContinuationCount: 0,
        input.StartedAt,
        new(new(_options.ChunkSize), Reservation: null, _options.QueryTimeout, _options.ProcessTimeout),
        new(Version: 1, DesiredState.Run, new(_options.Parallelism)))
    {
        FailureStatuses = _options.FailureStatusList,
        MaxRetries = _options.MaxRetries,
        Deadline = input.StartedAt + _options.RunTimeout,
    };

    /// <summary>A run is a job too: it is listed among them, and paused, paced and cancelled as they are.</summary>
    private static JobRecord Job(PlanRunInput input, SliceInput plan) => new()
    {
        JobId = input.RunId,
        Operation = JobOperation.Reprocess,
        State = JobState.Running,
        Reason = input.Trigger == RunTrigger.Timer ? "The schedule was due." : "A run was asked for.",
        RequestedBy = EnumNames.Of(input.Trigger),
        CreatedAt = input.StartedAt,
        StartedAt = input.StartedAt,
        Selection = $"up to {plan.BatchSize} due orders, {string.Join(", ", plan.FailureStatuses ?? [])}",
        Options = plan.KindOptions,
        Control = plan.Control,
    };
}
