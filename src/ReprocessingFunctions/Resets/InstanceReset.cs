using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Resets;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Resets a workflow that keeps its instance id. Each step is stored before the next is taken, so that whoever goes on after a
/// crash resets nothing twice: begun, captured (the old run has ended, all that the new one needs is kept), started, done.
/// </summary>
internal sealed class InstanceReset(
    IResetSteps steps,
    IWorkflowHistories histories,
    IWorkflowIndex index,
    WorkflowLook look,
    WorkflowEnder ender,
    EventReplay replay,
    ResetBooks books,
    ILogger<InstanceReset> logger)
{
    /// <summary>An instance that has ended is no obstacle: it is the one that is replaced.</summary>
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public static ItemResult ResultOf(ResetStep step) => step.RefusedReason is { } reason
        ? new(step.InstanceId, ItemState.Failed, reason, $"{step.RefusedMessage} It was put back as it was.")
        : new(step.InstanceId, ItemState.Succeeded);

    /// <returns>Null when the job has not begun with this workflow.</returns>
    public Task<StoredResetStep?> FindAsync(string jobId, string instanceId, CancellationToken cancellationToken) =>
        steps.ReadAsync(jobId, instanceId, cancellationToken);

    /// <summary>All that may stand against it is known before anything is changed.</summary>
    public async Task<ItemResult> BeginAsync(ResetCall call, FoundWorkflow found, CancellationToken cancellationToken)
    {
        IReadOnlyList<CapturedEvent> events;
        try
        {
            events = call.Reapply.Any ? (await histories.ReadAsync(call.Client, found.Subject.InstanceId, cancellationToken)).Events : [];
        }
        catch (HistoryUnavailableException e)
        {
            return new(found.Subject.InstanceId, ItemState.Failed, ItemReasons.HistoryUnavailable, e.Message);
        }

        var step = new ResetStep(found.Subject.InstanceId, ResetStage.Begun, found.Instance.Name, found.Instance.CreatedAt);
        var begun = await steps.CaptureAsync(call.JobId, null, step, Taken(call, events), cancellationToken);
        return await RunAsync(call, begun, resumed: false, cancellationToken);
    }

    /// <summary>From where an execution that died has left it.</summary>
    public Task<ItemResult> GoOnAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken) =>
        RunAsync(call, stored, resumed: true, cancellationToken);

    private async Task<ItemResult> RunAsync(ResetCall call, StoredResetStep stored, bool resumed, CancellationToken cancellationToken)
    {
        if (stored.Step.Stage == ResetStage.Begun)
        {
            var (captured, refused) = await EndAsync(call, stored, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }

            stored = captured!;
        }

        if (stored.Step.Stage == ResetStage.Captured)
        {
            stored = await StartAsync(call, stored, cancellationToken);
        }

        if (stored.Step.Stage == ResetStage.Started)
        {
            stored = await replay.SendAsync(call, stored, resumed, cancellationToken);
            await books.TellAsync(call, stored.Step, cancellationToken);
            stored = await steps.WriteAsync(call.JobId, stored, stored.Step with { Stage = ResetStage.Done }, cancellationToken);
        }

        return ResultOf(stored.Step);
    }

    private async Task<(StoredResetStep? Captured, ItemResult? Refused)> EndAsync(
        ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var id = stored.Step.InstanceId;
        if (await ender.EndAsync(call.Client, id, call.Reason, cancellationToken) is not { } ended)
        {
            return (null, new(id, ItemState.Skipped, ItemReasons.NotFound, $"{id} was purged meanwhile."));
        }

        if (!ended.IsCompleted)
        {
            return (null, new(id, ItemState.Failed, ItemReasons.NotTerminated, $"{id} was asked to end and has not ended in time; nothing was started."));
        }

        if (ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed && !call.Rule.IncludeCompleted)
        {
            return (null, new(id, ItemState.Skipped, ItemReasons.ChangedSincePlan, $"{id} completed by itself before it could be ended."));
        }

        // What came between the first look and the end counts too: events, and another continuation.
        var record = await index.GetAsync(id, cancellationToken);
        var found = await look.LookAsync(call.Client, id, record, cancellationToken);
        var refusal = found is null ? null : (call.Rule with { IncludeCompleted = true }).Check(found.Subject);
        var isFirst = call.Rule.Type == ResetType.FirstWorkflowTask && refusal is null;
        var next = stored.Step with
        {
            Stage = ResetStage.Captured,
            OldCreatedAt = ended.CreatedAt,
            Input = isFirst ? record?.OriginalInput ?? ended.SerializedInput : ended.SerializedInput,
            Continuations = isFirst ? 0 : record?.Continuations ?? 0,
            RefusedReason = refusal?.Reason,
            RefusedMessage = refusal?.Message,
        };
        return (await CaptureAsync(call, stored, next, cancellationToken), null);
    }

    private async Task<StoredResetStep> CaptureAsync(
        ResetCall call, StoredResetStep stored, ResetStep next, CancellationToken cancellationToken)
    {
        if (!call.Reapply.Any && next.RefusedReason is null)
        {
            return await steps.WriteAsync(call.JobId, stored, next, cancellationToken);
        }

        try
        {
            var events = (await histories.ReadAsync(call.Client, next.InstanceId, cancellationToken)).Events;
            return await steps.CaptureAsync(call.JobId, stored, next, next.RefusedReason is null ? Taken(call, events) : events, cancellationToken);
        }
        catch (HistoryUnavailableException e)
        {
            // It was readable a moment ago, and what was read then is kept.
            logger.HistoryNotReadAgain(e, next.InstanceId);
            return await steps.WriteAsync(call.JobId, stored, next, cancellationToken);
        }
    }

    private async Task<StoredResetStep> StartAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var step = stored.Step;
        var instance = await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken);
        if (instance is null || instance.CreatedAt == step.OldCreatedAt)
        {
            try
            {
                var again = new StartOrchestrationOptions(step.InstanceId).WithDedupeStatuses(Active);
                await call.Client.ScheduleNewOrchestrationInstanceAsync(step.Name, Parse(step.Input), again, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The type of a refused start differs between engines and their releases; what exists does not.
                if (await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken) is not { } there || there.CreatedAt == step.OldCreatedAt)
                {
                    throw;
                }
            }

            instance = await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken);
        }

        return await steps.WriteAsync(
            call.JobId, stored, step with { Stage = ResetStage.Started, NewCreatedAt = instance?.CreatedAt }, cancellationToken);
    }

    private static IReadOnlyList<CapturedEvent> Taken(ResetCall call, IReadOnlyList<CapturedEvent> events) =>
        [.. events.Where(one => call.Reapply.Takes(one.Name))];

    /// <summary>As JSON and not as text, so that the engine writes it as it was.</summary>
    internal static JsonElement? Parse(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement.Clone();
    }
}
