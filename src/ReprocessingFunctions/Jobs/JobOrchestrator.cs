namespace ReprocessingFunctions.Jobs;

/// <summary>
/// One job, as it was stored: begins it, lets a child orchestration work it off, ends it. Its input and its instance id are the
/// job's id, so that a start that is repeated makes no second one.
/// </summary>
internal static class JobOrchestrator
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(5));

    [Function(nameof(JobOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var jobId = context.GetInput<string>() ?? context.InstanceId;
        var begun = await context.CallTimedAsync<BegunJob>(nameof(BeginJob), new BeginJobInput(jobId), Storage);
        if (begun.Input is not { } plan)
        {
            return new(Now(context));
        }

        var (result, error) = await SliceAttempts.RunAsync(
            context, plan, (childId, done) => SetStatus(context, plan, JobPhase.Running, done, childId: childId));
        if (error is not null)
        {
            result = result.Complete(Now(context), StopReason.Failed);
        }

        result = await context.CallTimedAsync<ReprocessingResult>(nameof(EndJob), new EndJobInput(jobId, result, error), Storage);
        SetStatus(context, plan, error is null ? JobPhase.Completed : JobPhase.Failed, result, error: error);
        return error is null ? result : throw new JobFailedException($"Job {jobId}: {error}");
    }

    private static void SetStatus(
        TaskOrchestrationContext context, SliceInput plan, JobPhase phase, ReprocessingResult result, string? childId = null, string? error = null) =>
        context.SetCustomStatus(JobStatus.Of(plan, phase, result, Now(context)) with { ChildInstanceId = childId, Error = error });

    private static DateTimeOffset Now(TaskOrchestrationContext context) => new(context.CurrentUtcDateTime, TimeSpan.Zero);
}

/// <summary>Ends a job's orchestration as Failed after the job's own end was stored; its message is the instance's output.</summary>
internal sealed class JobFailedException(string message) : Exception(message);

/// <summary>Ids of a job's orchestrations. A second attempt has an id, and so a history, of its own.</summary>
internal static class JobInstances
{
    /// <summary>Of the child, in all.</summary>
    public const int Attempts = 2;

    /// <summary>The instance that a job or run was started as.</summary>
    public static string Parent(string jobId) => RunIds.IsRun(jobId) ? RunStarter.InstanceId : jobId;

    /// <summary>The instances that do the work, the newest first. Not all of them need exist.</summary>
    public static IEnumerable<string> Children(string jobId) => Enumerable.Range(1, Attempts).Reverse().Select(attempt => Child(jobId, attempt));

    public static string Child(string jobId, int attempt) =>
        RunIds.IsRun(jobId) ? RunInstances.Child(jobId, attempt)
        : attempt == 1 ? $"{jobId}-slices"
        : string.Create(CultureInfo.InvariantCulture, $"{jobId}-slices-attempt-{attempt}");
}
