namespace Reprocessing.Functions.Workflows;

internal sealed record WorkflowStart(string Orchestrator, string Type, string InstanceId, object Input, string? CustomerId = null);

/// <summary>Recorded in the index first: a crash in between leaves the record of a workflow that does not exist, which <see cref="WorkflowCheck"/> corrects.</summary>
internal sealed class WorkflowStarter(IWorkflowIndex index, TimeProvider time)
{
    public async Task<bool> StartAsync(DurableTaskClient client, WorkflowStart start, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(start.InstanceId, cancellationToken) is not null)
        {
            return false;
        }

        var now = time.GetUtcNow();
        var input = JsonSerializer.Serialize(start.Input, AppJson.Worker);
        var record = new WorkflowRecord(start.InstanceId, start.Type, WorkflowStatus.Pending, now)
        {
            CustomerId = start.CustomerId,
            OriginalInput = Encoding.UTF8.GetByteCount(input) <= WorkflowRecord.MaxInputBytes ? input : null,
            Version = now.UtcTicks,
        };
        await index.RecordAsync([record], cancellationToken);
        return await client.StartOnceAsync(start.Orchestrator, start.InstanceId, start.Input, cancellationToken);
    }
}

/// <summary>An older record never replaces a newer one.</summary>
internal sealed record RecordWorkflowInput(
    string InstanceId, string Type, WorkflowStatus Status, DateTimeOffset At, int Continuations = 0, string? CustomerId = null);

internal sealed class RecordWorkflow(IWorkflowIndex index)
{
    [Function(nameof(RecordWorkflow))]
    public async Task<bool> RunAsync([ActivityTrigger] RecordWorkflowInput input, CancellationToken cancellationToken)
    {
        var stored = await index.GetAsync(input.InstanceId, cancellationToken);
        var record = (stored ?? new(input.InstanceId, input.Type, input.Status, input.At)) with
        {
            Status = input.Status,
            CustomerId = input.CustomerId ?? stored?.CustomerId,
            Continuations = input.Continuations,
            Version = input.At.UtcTicks,
            Revision = 0,

            // Resets write these; the index keeps them, and what was read here may be old by now.
            PreviousInstance = null,
            NextInstance = null,
            ResetReason = null,
            ResetJobId = null,
        };
        await index.RecordAsync([record with { CloseTime = record.HasEnded ? input.At : null }], cancellationToken);
        return true;
    }
}

internal sealed record WorkflowTrack(string Type, int Continuations = 0, string? CustomerId = null);

/// <summary>The index must not stop the work of an orchestration, so what cannot be recorded is logged; <see cref="WorkflowCheck"/> makes up for it.</summary>
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
