using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Resets;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Resets;

/// <summary>Ends the old run, and keeps all that the new one needs: the old history is gone as soon as that exists.</summary>
internal sealed class ResetCapture(
    IResetSteps steps,
    IWorkflowHistories histories,
    IWorkflowIndex index,
    WorkflowLook look,
    WorkflowEnder ender,
    ILogger<ResetCapture> logger)
{
    /// <summary>All that may stand against a reset is known before anything is changed, and the events are kept for the worst case.</summary>
    /// <returns>The first step, or why there is none.</returns>
    public async Task<(StoredResetStep? Begun, ItemResult? Refused)> BeginAsync(ResetCall call, FoundWorkflow found, CancellationToken cancellationToken)
    {
        var id = found.Subject.InstanceId;
        WorkflowHistory? history = null;
        try
        {
            history = NeedsHistory(call, found) ? await histories.ReadAsync(call.Client, id, cancellationToken) : null;
        }
        catch (HistoryUnavailableException e)
        {
            return (null, new(id, ItemState.Failed, ItemReasons.HistoryUnavailable, e.Message));
        }

        var input = call.Reapply.Any && call.Rule.Type == ResetType.FirstWorkflowTask && found.Record is not null
            ? (await call.Client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken))?.SerializedInput
            : null;
        if (call.Rule.Check(UnheardContinuation.Correct(found, input, history)) is { } refusal)
        {
            return (null, new(id, ItemState.Skipped, refusal.Reason, refusal.Message));
        }

        var step = new ResetStep(id, ResetStage.Begun, found.Instance.Name, found.Instance.CreatedAt);
        return (await steps.CaptureAsync(call.JobId, null, step, Taken(call, history?.Events ?? []), cancellationToken), null);
    }

    /// <returns>The step, captured or left alone; or as it was, with what keeps the run from ending.</returns>
    public async Task<(StoredResetStep Stored, ItemResult? Refused)> EndAsync(
        ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var id = stored.Step.InstanceId;
        if (await ender.EndAsync(call.Client, id, call.Reason, cancellationToken, stored.Step.OldCreatedAt) is not { } ended)
        {
            return (await LeaveAsync(call, stored, ItemReasons.NotFound, $"{id} was purged meanwhile.", cancellationToken), null);
        }

        if (!ended.IsCompleted && ended.CreatedAt != stored.Step.OldCreatedAt)
        {
            return (await LeaveAsync(call, stored, ItemReasons.ChangedSincePlan, $"{id} is another run by now.", cancellationToken), null);
        }

        if (!ended.IsCompleted)
        {
            const string Why = "was asked to end and has not ended in time. Nothing was started; once it has ended, it is run again.";
            return (stored, new(id, ItemState.Failed, ItemReasons.NotTerminated, $"{id} {Why}"));
        }

        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed && !call.Rule.IncludeCompleted
            ? (await LeaveAsync(call, stored, ItemReasons.ChangedSincePlan, $"{id} completed by itself before it could be ended.", cancellationToken), null)
            : (await CaptureAsync(call, stored, ended, cancellationToken), null);
    }

    /// <summary>What came between the first look and the end counts too: events, and another continuation.</summary>
    private async Task<StoredResetStep> CaptureAsync(
        ResetCall call, StoredResetStep stored, OrchestrationMetadata ended, CancellationToken cancellationToken)
    {
        var id = stored.Step.InstanceId;
        var record = await index.GetAsync(id, cancellationToken);
        var found = await look.LookAsync(call.Client, id, record, cancellationToken);
        var history = found is null || NeedsHistory(call, found) ? await TryReadAsync(call, id, cancellationToken) : null;
        var subject = found is null ? null : UnheardContinuation.Correct(found, ended.SerializedInput, history);
        var refusal = subject is null ? null : (call.Rule with { IncludeCompleted = true }).Check(subject);
        var isFirst = call.Rule.Type == ResetType.FirstWorkflowTask && refusal is null;
        var next = stored.Step with
        {
            Stage = ResetStage.Captured,
            OldCreatedAt = ended.CreatedAt,
            Input = isFirst ? record?.OriginalInput ?? ended.SerializedInput : ended.SerializedInput,
            Continuations = isFirst ? 0 : subject?.Continuations ?? 0,
            RefusedReason = refusal?.Reason,
            RefusedMessage = refusal?.Message,
        };
        if (refusal is not null)
        {
            // It is put back with all that it had.
            history ??= await TryReadAsync(call, id, cancellationToken);
        }

        return history is null
            ? await steps.WriteAsync(call.JobId, stored, next, cancellationToken)
            : await steps.CaptureAsync(call.JobId, stored, next, refusal is null ? Taken(call, history.Events) : history.Events, cancellationToken);
    }

    private Task<StoredResetStep> LeaveAsync(
        ResetCall call, StoredResetStep stored, string reason, string message, CancellationToken cancellationToken) => steps.WriteAsync(
            call.JobId,
            stored,
            stored.Step with { Stage = ResetStage.Done, IsLeftAlone = true, RefusedReason = reason, RefusedMessage = message },
            cancellationToken);

    private async Task<WorkflowHistory?> TryReadAsync(ResetCall call, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await histories.ReadAsync(call.Client, id, cancellationToken);
        }
        catch (HistoryUnavailableException e)
        {
            // It was readable a moment ago, and what was read then is kept.
            logger.HistoryNotReadAgain(e, id);
            return null;
        }
    }

    /// <summary>For its events; or because nothing else tells whether its input is still the first one.</summary>
    private static bool NeedsHistory(ResetCall call, FoundWorkflow found) =>
        call.Reapply.Any || (call.Rule.Type == ResetType.FirstWorkflowTask && found.Record is { OriginalInput: null });

    private static IReadOnlyList<CapturedEvent> Taken(ResetCall call, IReadOnlyList<CapturedEvent> events) =>
        [.. events.Where(one => call.Reapply.Takes(one.Name))];
}
