namespace ReprocessingFunctions.Resets;

/// <summary>
/// Resets a workflow that keeps its instance id. Each step is stored before the next is taken, so that whoever goes on after a
/// crash resets nothing twice: begun, captured (the old run has ended, all that the new one needs is kept), started, done.
/// </summary>
internal sealed class InstanceReset(IResetSteps steps, ResetCapture capture, EventReplay replay, ResetRecorder recorder)
{
    /// <summary>An instance that has ended is no obstacle: it is the one that is replaced.</summary>
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public static ItemResult ResultOf(ResetStep step) => step switch
    {
        { RefusedReason: null } => new(step.InstanceId, ItemState.Succeeded),
        { IsLeftAlone: true } => new(step.InstanceId, ItemState.Skipped, step.RefusedReason, step.RefusedMessage),
        _ => new(step.InstanceId, ItemState.Failed, step.RefusedReason, $"{step.RefusedMessage} It was put back as it was."),
    };

    /// <returns>Null when the job has not begun with this workflow.</returns>
    public Task<StoredResetStep?> FindAsync(string jobId, string instanceId, CancellationToken cancellationToken) =>
        steps.ReadAsync(jobId, instanceId, cancellationToken);

    public async Task<ItemResult> BeginAsync(ResetCall call, WorkflowSnapshot found, CancellationToken cancellationToken)
    {
        var (begun, refused) = await capture.BeginAsync(call, found, cancellationToken);
        return refused ?? await RunAsync(call, begun!, resumed: false, cancellationToken);
    }

    /// <summary>From where an execution that died has left it. No event is sent before it is stored that the new run exists.</summary>
    public Task<ItemResult> GoOnAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken) =>
        RunAsync(call, stored, resumed: stored.Step.Stage == ResetStage.Started, cancellationToken);

    private async Task<ItemResult> RunAsync(ResetCall call, StoredResetStep stored, bool resumed, CancellationToken cancellationToken)
    {
        if (stored.Step.Stage == ResetStage.Begun)
        {
            (stored, var refused) = await capture.EndAsync(call, stored, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }
        }

        if (stored.Step.Stage == ResetStage.Captured)
        {
            stored = await StartAsync(call, stored, cancellationToken);
        }

        if (stored.Step.Stage == ResetStage.Started)
        {
            stored = await replay.SendAsync(call, stored, resumed, cancellationToken);
            await recorder.PublishAsync(call, stored.Step, cancellationToken);
            stored = await steps.WriteAsync(call.JobId, stored, stored.Step with { Stage = ResetStage.Done }, cancellationToken);
        }

        return ResultOf(stored.Step);
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

/// <summary>Ends the old run, and keeps all that the new one needs: the old history is gone as soon as that exists.</summary>
internal sealed class ResetCapture(
    IResetSteps steps,
    IWorkflowHistories histories,
    IWorkflowIndex index,
    WorkflowInspector inspector,
    WorkflowTerminator terminator,
    ILogger<ResetCapture> logger)
{
    /// <summary>All that may stand against a reset is known before anything is changed, and the events are kept for the worst case.</summary>
    /// <returns>The first step, or why there is none.</returns>
    public async Task<(StoredResetStep? Begun, ItemResult? Refused)> BeginAsync(ResetCall call, WorkflowSnapshot found, CancellationToken cancellationToken)
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
        if (call.Rule.Check(ContinuationDetector.Correct(found, input, history)) is { } refusal)
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
        if (await terminator.TerminateAsync(call.Client, id, call.Reason, cancellationToken, stored.Step.OldCreatedAt) is not { } ended)
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
        var found = await inspector.InspectAsync(call.Client, id, record, cancellationToken);
        var history = found is null || NeedsHistory(call, found) ? await TryReadAsync(call, id, cancellationToken) : null;
        var subject = found is null ? null : ContinuationDetector.Correct(found, ended.SerializedInput, history);
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
    private static bool NeedsHistory(ResetCall call, WorkflowSnapshot found) =>
        call.Reapply.Any || (call.Rule.Type == ResetType.FirstWorkflowTask && found.Record is { OriginalInput: null });

    private static IReadOnlyList<CapturedEvent> Taken(ResetCall call, IReadOnlyList<CapturedEvent> events) =>
        [.. events.Where(one => call.Reapply.Takes(one.Name))];
}

/// <summary>
/// The index hears of a continuation by an activity of the generation after it, and may never hear of it. The engine knows sooner: the
/// run's input is another than the first, and its history counts the generations.
/// </summary>
internal static class ContinuationDetector
{
    /// <param name="input">Of the run, as the engine has it; null when it was not asked for.</param>
    /// <param name="history">Null when it was not read.</param>
    /// <returns>The workflow with as many continuations as anybody knows of.</returns>
    public static ResetSubject Correct(WorkflowSnapshot found, string? input, WorkflowHistory? history) =>
        history?.Generation > (found.Subject.Continuations ?? 0) ? found.Subject with { Continuations = history.Generation }
        : found is { Record.OriginalInput: { } original, Subject.Continuations: 0 } && input is not null && !AreSame(original, input)
            ? found.Subject with { Continuations = 1 }
        : found is { Record.OriginalInput: null, Subject.Continuations: 0, Record: not null } && history is { Generation: null }
            ? found.Subject with { Continuations = null } // Nothing tells whether the input is still the first one.
        : found.Subject;

    private static bool AreSame(string one, string other)
    {
        try
        {
            using var first = JsonDocument.Parse(one);
            using var second = JsonDocument.Parse(other);
            return JsonElement.DeepEquals(first.RootElement, second.RootElement);
        }
        catch (JsonException)
        {
            return string.Equals(one, other, StringComparison.Ordinal);
        }
    }
}
