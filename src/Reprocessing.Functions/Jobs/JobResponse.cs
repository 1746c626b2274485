namespace Reprocessing.Functions.Jobs;

/// <summary>A job or run as this API shows it.</summary>
/// <param name="Demand">What is wanted of it; its state follows within seconds.</param>
/// <param name="Outcomes">Of what it has started; only where one job is shown.</param>
/// <param name="Result">Once it has ended; who did what and what is left only where one job is shown.</param>
/// <param name="Progress">Until it has ended, where one job is shown.</param>
/// <param name="InstanceId">Of its orchestration.</param>
internal sealed record JobResponse(
    string JobId,
    string? PlanId,
    JobOperation Operation,
    JobState State,
    string? StateReason,
    DesiredState Demand,
    string Reason,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string Selection,
    JsonElement? Options,
    PaceResponse Pace,
    IReadOnlyList<int>? Ramp,
    double FailureThreshold,
    bool WaitForOutcome,
    int? TotalItems,
    JobCounts Counts,
    OutcomeCounts? Outcomes,
    JobResult? Result,
    JobProgress? Progress,
    string InstanceId)
{
    [Description("In the answer to a start: what was said and has no effect; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    [Description("In the answer to a start: the job itself and its items.")]
    public IReadOnlyDictionary<string, string>? Links { get; init; }

    public static string Path(string jobId) => $"/api/jobs/{Uri.EscapeDataString(jobId)}";

    /// <summary>
    /// Of what can be edited, the control: the counts of a job that runs change all the time, and nobody's edit is to fail for that.
    /// </summary>
    public static string Tag(JobRecord job) => EntityTags.Of(Version(job));

    public static string Version(JobRecord job) => string.Create(CultureInfo.InvariantCulture, $"{job.JobId}|{job.Control.Version}");

    public static JobResponse Of(JobRecord job) => Of(job, outcomes: null, progress: null) with { Result = JobResult.Of(job, isWhole: false) };

    public static JobResponse Of(JobRecord job, OutcomeCounts? outcomes, JobProgress? progress) => new(
        job.JobId,
        job.PlanId,
        job.Operation,
        job.State,
        job.StateReason,
        job.Control.Demand,
        job.Reason,
        job.RequestedBy,
        job.CreatedAt,
        job.StartedAt,
        job.EndedAt,
        job.Selection,
        StoredJson.Read(job.Options),
        new(job.Control.Pace.Parallelism, job.Control.Pace.ItemsPerSecond ?? 0),
        job.Ramp,
        job.FailureThreshold,
        job.WaitForOutcome,
        job.TotalItems,
        JobCounts.Of(job),
        outcomes,
        JobResult.Of(job, isWhole: true),
        progress,
        JobInstances.Started(job.JobId));
}

/// <param name="ItemsPerSecond">0 is as fast as it goes.</param>
internal sealed record PaceResponse(int Parallelism, double ItemsPerSecond);

/// <param name="Pending">Not come to an end; null while nobody knows how many there are.</param>
/// <param name="Started">Their workflows were started, and the job has not waited for the outcomes; <c>outcomes</c> has what is known of them.</param>
internal sealed record JobCounts(int Found, int Started, int Succeeded, int DeadLettered, int Failed, int Skipped, int? Pending)
{
    public static JobCounts Of(JobRecord job)
    {
        var tally = job.Tally;
        return new(
            tally.Found,
            tally.Started,
            tally.Succeeded,
            tally.DeadLettered,
            tally.Failed,
            tally.Skipped,
            job.TotalItems is { } total ? Math.Max(0, total - tally.Found) : null);
    }
}

/// <summary>How far a job is.</summary>
/// <param name="RatePerSecond">Since it began, pauses and all.</param>
/// <param name="UnderWay">Begun and without an end.</param>
/// <param name="RampStep">From 1, while it goes in steps.</param>
/// <param name="WaitsFor">What comes next of all that it waits for.</param>
internal sealed record JobProgress(
    int Processed,
    int? Total,
    double? Percent,
    double? RatePerSecond,
    double? EtaSeconds,
    int? UnderWay,
    int? RampStep,
    CircuitState? Circuit,
    JobWait? WaitsFor)
{
    /// <param name="job">With the newest counts.</param>
    public static JobProgress Of(JobRecord job, DateTimeOffset now)
    {
        var progress = Progress.Of(job.Tally.Found, job.TotalItems ?? job.Run?.Expected, job.StartedAt ?? job.CreatedAt, now);
        return new(
            job.Tally.Found,
            progress.Total,
            progress.Percent,
            progress.RatePerSecond,
            job.Control.Demand == DesiredState.Run ? progress.EtaSeconds : null,
            UnderWay: null,
            RampStep: null,
            Circuit: null,
            WaitsFor: null);
    }
}

/// <summary>One job with all that is known of it: its row, the outcomes of what it started, and how far its orchestration says that it is.</summary>
internal sealed class JobViews(FreshOutcomes outcomes, IJobStore jobs, TimeProvider time)
{
    public async Task<JobResponse> ShowAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var counts = await outcomes.GetAsync(job.JobId, cancellationToken);
        if (job.State.HasEnded())
        {
            return JobResponse.Of(job, counts, progress: null);
        }

        if (job.Run is not null)
        {
            job = job with { Tally = (await jobs.GetProgressAsync(job.JobId, cancellationToken)).Tally };
            var run = await ReadLiveAsync<RunStatus>(job.JobId, client, cancellationToken);
            return JobResponse.Of(job, counts, JobProgress.Of(job, time.GetUtcNow()) with { UnderWay = run?.UnderWay });
        }

        var live = await ReadLiveAsync<JobStatus>(job.JobId, client, cancellationToken);

        // The row is written a slice at a time, the status every few items; neither is ahead of what was done.
        job = live?.Result.FoundCount > job.Tally.Found ? job with { Tally = live.Result.Tally } : job;
        return JobResponse.Of(job, counts, JobProgress.Of(job, time.GetUtcNow()) with
        {
            UnderWay = live?.UnderWay,
            RampStep = live?.RampStep,
            Circuit = live?.Circuit,
            WaitsFor = live?.WaitsFor,
        });
    }

    /// <summary>Of the newest orchestration that has said anything; null before the first word.</summary>
    private static async Task<T?> ReadLiveAsync<T>(string jobId, DurableTaskClient client, CancellationToken cancellationToken)
        where T : class
    {
        foreach (var instanceId in JobInstances.Working(jobId))
        {
            var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
            if (instance.ReadStatusAs<T>() is { } status)
            {
                return status;
            }
        }

        return null;
    }
}

/// <summary>What a request has said in vain. It is no fault: the same options have an effect beside others.</summary>
internal static class JobWarnings
{
    /// <param name="options">The operation's own, as JSON.</param>
    /// <returns>Null when there is nothing to warn of.</returns>
    public static IReadOnlyList<string>? Of(string? options, bool waitForOutcome, IReadOnlyList<int>? ramp)
    {
        if (StoredJson.Read(options) is not { ValueKind: JsonValueKind.Object } said)
        {
            return null;
        }

        var idle = WaitingOptions.WithoutEffect(
            name => said.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null, waitForOutcome, ramp);
        return idle.Count == 0 ? null
            : [.. idle.Select(name => $"'{name}' has no effect without 'waitForOutcome' or 'ramp': an item is done once its workflow is started.")];
    }
}

internal sealed record JobItemResponse(
    string Id,
    ItemState State,
    string? Reason,
    string? Message,
    string? WorkflowId,
    int Attempts,
    BusinessOutcome? Outcome,
    string? Group,
    DateTimeOffset? UpdatedAt)
{
    public static JobItemResponse Of(JobItem item) => new(
        item.Id, item.State, item.Reason, item.Message, item.WorkflowId, item.Attempts, item.Outcome, item.Group, item.UpdatedAt);
}
