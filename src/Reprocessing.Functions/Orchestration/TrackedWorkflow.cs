namespace Reprocessing.Functions.Orchestration;

/// <summary>What an orchestration that is no order's tells the index of itself.</summary>
internal sealed record WorkflowTrack(string Type, int Continuations = 0, string? CustomerId = null);

/// <summary>
/// Lets an orchestration record itself: <see cref="RecordRunningAsync"/> at the start of each generation, <see cref="RecordEndedAsync"/>
/// last of all. The index must not stop the work, so what cannot be recorded is logged; the look at the engine makes up for it.
/// </summary>
internal static class TrackedWorkflow
{
    private static readonly ActivityPolicy Policy = new(TimeSpan.FromSeconds(30));

    public static Task RecordRunningAsync(this TaskOrchestrationContext context, WorkflowTrack track) =>
        RecordAsync(context, track, WorkflowStatus.Running);

    public static Task RecordEndedAsync(this TaskOrchestrationContext context, WorkflowTrack track, WorkflowStatus status = WorkflowStatus.Completed) =>
        RecordAsync(context, track, status);

    private static async Task RecordAsync(TaskOrchestrationContext context, WorkflowTrack track, WorkflowStatus status) => await context.TryCallTimedAsync<bool>(
        nameof(RecordWorkflow),
        new RecordWorkflowInput(context.InstanceId, track.Type, status, context.UtcNow(), track.Continuations, track.CustomerId),
        Policy,
        reason => context.CreateReplaySafeLogger(nameof(TrackedWorkflow)).WorkflowNotRecorded(context.InstanceId, status, reason));
}
