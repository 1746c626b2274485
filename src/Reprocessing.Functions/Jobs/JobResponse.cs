namespace Reprocessing.Functions.Jobs;

/// <summary>A job or run as this API shows it.</summary>
/// <param name="isWhole">One job alone is shown: with who did what, and what is left.</param>
internal sealed class JobResponse(JobRecord job, bool isWhole = false)
{
    public string JobId => job.JobId;
    public string? PlanId => job.PlanId;
    public JobOperation Operation => job.Operation;
    public JobState State => job.State;
    public string? StateReason => job.StateReason;
    public DesiredState Demand => job.Control.Demand;
    public string Reason => job.Reason;
    public string RequestedBy => job.RequestedBy;
    public DateTimeOffset CreatedAt => job.CreatedAt;
    public DateTimeOffset? StartedAt => job.StartedAt;
    public DateTimeOffset? EndedAt => job.EndedAt;
    public string Selection => job.Selection;
    public JsonElement? Options => StoredJson.Read(job.Options);
    public PaceResponse Pace => new(job.Control.Pace.Parallelism, job.Control.Pace.ItemsPerSecond ?? 0);
    public IReadOnlyList<int>? Ramp => job.Ramp;
    public double FailureThreshold => job.FailureThreshold;
    public bool WaitForOutcome => job.WaitForOutcome;
    public int? TotalItems => job.TotalItems;
    public JobCounts Counts => new(job);
    public OutcomeCounts? Outcomes { get; init; }
    public JobResult? Result => job.State.HasEnded() ? new(job, isWhole) : null;
    public JobProgress? Progress { get; init; }
    public string InstanceId => JobInstances.Started(job.JobId);

    [Description("In the answer to a start: what was said and has no effect; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    [Description("In the answer to a start: the job itself and its items.")]
    public IReadOnlyDictionary<string, string>? Links { get; init; }

    public static string Path(string jobId) => $"/api/jobs/{Uri.EscapeDataString(jobId)}";

    public static string Tag(JobRecord job) => EntityTags.Of(Version(job));

    /// <summary>Of the control alone: the counts of a job that runs change all the time, and nobody's edit is to fail for that.</summary>
    public static string Version(JobRecord job) => string.Create(CultureInfo.InvariantCulture, $"{job.JobId}|{job.Control.Version}");
}

/// <param name="ItemsPerSecond">0 is as fast as it goes.</param>
internal sealed record PaceResponse(int Parallelism, double ItemsPerSecond);

internal sealed class JobCounts(JobRecord job)
{
    public int Found => job.Tally.Found;
    public int Started => job.Tally.Started;
    public int Succeeded => job.Tally.Succeeded;
    public int DeadLettered => job.Tally.DeadLettered;
    public int Failed => job.Tally.Failed;
    public int Skipped => job.Tally.Skipped;
    public int? Pending => job.TotalItems is { } total ? Math.Max(0, total - job.Tally.Found) : null;
}

/// <param name="job">With the newest counts.</param>
internal sealed class JobProgress(JobRecord job, DateTimeOffset now)
{
    private readonly Progress _progress = Progress.Of(job.Tally.Found, job.TotalItems ?? job.Run?.Expected, job.StartedAt ?? job.CreatedAt, now, job.Control.Pace);

    public int Processed => job.Tally.Found;
    public int? Total => _progress.Total;
    public double? Percent => _progress.Percent;
    public double? RatePerSecond => _progress.RatePerSecond;
    public double? EtaSeconds => job.Control.Demand == DesiredState.Run ? _progress.EtaSeconds : null;
    public int? UnderWay { get; init; }
    public int? RampStep { get; init; }
    public CircuitState? Circuit { get; init; }
    public JobWait? WaitsFor { get; init; }
}

/// <summary>One job with all that is known of it: its row, the outcomes of what it started, and how far its orchestration says that it is.</summary>
internal sealed class JobViews(FreshOutcomes outcomes, IJobStore jobs, TimeProvider time)
{
    public async Task<JobResponse> ShowAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var counts = await outcomes.GetAsync(job.JobId, cancellationToken);
        if (job.State.HasEnded())
        {
            return new(job, isWhole: true) { Outcomes = counts };
        }

        if (job.Run is not null)
        {
            job = job with { Tally = (await jobs.GetProgressAsync(job.JobId, cancellationToken)).Tally };
            var run = await ReadLiveAsync<RunStatus>(job.JobId, client, cancellationToken);
            return new(job, isWhole: true) { Outcomes = counts, Progress = new(job, time.GetUtcNow()) { UnderWay = run?.UnderWay } };
        }

        var live = await ReadLiveAsync<JobStatus>(job.JobId, client, cancellationToken);

        // The row is written a slice at a time, the status every few items; neither is ahead of what was done.
        job = live?.Result.FoundCount > job.Tally.Found ? job with { Tally = live.Result.Tally } : job;
        return new(job, isWhole: true)
        {
            Outcomes = counts,
            Progress = new(job, time.GetUtcNow())
            {
                UnderWay = live?.UnderWay,
                RampStep = live?.RampStep,
                Circuit = live?.Circuit,
                WaitsFor = live?.WaitsFor,
            },
        };
    }

    /// <summary>Of the newest orchestration that has a status; null before the first one.</summary>
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

/// <summary>Options without effect. They are no fault: the same options have an effect beside others.</summary>
internal static class JobWarnings
{
    /// <returns>Null when there is nothing to warn of.</returns>
    public static IReadOnlyList<string>? Of(string? options, bool waitForOutcome, IReadOnlyList<int>? ramp)
    {
        var said = StoredJson.Read(options);
        var idle = WaitingOptions.WithoutEffect(
            name => said is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null,
            waitForOutcome,
            ramp);
        return idle.Count == 0 ? null
            : [.. idle.Select(name => $"'{name}' has no effect without 'waitForOutcome' or 'ramp': an item is done once its workflow is started.")];
    }
}

internal sealed class JobItemResponse(JobItem item)
{
    public string Id => item.Id;
    public ItemState State => item.State;
    public string? Reason => item.Reason;
    public string? Message => item.Message;
    public string? WorkflowId => item.WorkflowId;
    public int Attempts => item.Attempts;
    public BusinessOutcome? Outcome => item.Outcome;
    public string? Group => item.Group;
    public DateTimeOffset? UpdatedAt => item.UpdatedAt;
}
