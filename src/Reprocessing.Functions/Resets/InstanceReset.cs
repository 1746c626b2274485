namespace Reprocessing.Functions.Resets;

/// <summary>Each step is stored before the next is taken, so that a call after a crash resets nothing twice: begun, captured (the old run has ended), started, done.</summary>
internal sealed class InstanceReset(IResetStore store, ResetCapture capture, EventReplay replay, ResetRecorder recorder)
{
    public static ItemResult ResultOf(ResetStep step) => step switch
    {
        { RefusedReason: null } => new(step.InstanceId, ItemState.Succeeded),
        { IsLeftAlone: true } => new(step.InstanceId, ItemState.Skipped, step.RefusedReason, step.RefusedMessage),
        _ => new(step.InstanceId, ItemState.Failed, step.RefusedReason, $"{step.RefusedMessage} It was put back as it was."),
    };

    public async Task<ItemResult> BeginAsync(ResetCall call, WorkflowSnapshot found, CancellationToken cancellationToken)
    {
        var (begun, refused) = await capture.BeginAsync(call, found, cancellationToken);
        return refused ?? await RunAsync(call, begun!, resumed: false, cancellationToken);
    }

    /// <summary>Goes on after an execution that died. No event is sent before the step says that the new run exists.</summary>
    public Task<ItemResult> ResumeAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken) =>
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
            stored = await store.WriteAsync(call.JobId, stored, stored.Step with { Stage = ResetStage.Done }, cancellationToken);
        }

        return ResultOf(stored.Step);
    }

    private async Task<StoredResetStep> StartAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var step = stored.Step;
        var instance = await FindNewAsync();
        if (instance is null)
        {
            await call.Client.TryStartAsync(step.Name, SingleInstance.OneAtATime(step.InstanceId), Parse(step.Input), FindNewAsync, cancellationToken);
            instance = await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken);
        }

        return await store.WriteAsync(
            call.JobId, stored, step with { Stage = ResetStage.Started, NewCreatedAt = instance?.CreatedAt }, cancellationToken);

        async Task<OrchestrationMetadata?> FindNewAsync() =>
            await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken) is { } found && found.CreatedAt != step.OldCreatedAt ? found : null;
    }

    /// <summary>As JSON and not as text, so that the engine writes it as it was.</summary>
    internal static JsonElement? Parse(string? json) => StoredJson.Read(json) is { ValueKind: not JsonValueKind.Null } value ? value : null;
}

/// <summary>Ends the old run and stores all that the new one needs: the old history is gone once the new run exists.</summary>
internal sealed class ResetCapture(
    IResetStore store,
    IWorkflowHistories histories,
    IWorkflowIndex index,
    WorkflowInspector inspector,
    WorkflowTerminator terminator,
    ILogger<ResetCapture> logger)
{
    /// <summary>Refuses before anything is changed, and stores the events in case they cannot be read again.</summary>
    public async Task<(StoredResetStep? Begun, ItemResult? Refused)> BeginAsync(ResetCall call, WorkflowSnapshot found, CancellationToken cancellationToken)
    {
        var id = found.Subject.InstanceId;
        var history = NeedsHistory(call, found) ? await histories.ReadAsync(call.Client, id, cancellationToken) : null;
        if (history?.Unavailable is { } reason)
        {
            return (null, new(id, ItemState.Failed, ItemReasons.HistoryUnavailable, reason));
        }

        var input = call.Reapply.Any && call.Rule.Type == ResetType.FirstWorkflowTask && found.Record is not null
            ? (await call.Client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken))?.SerializedInput
            : null;
        if (call.Rule.Check(ContinuationDetector.Correct(found, input, history)) is { } refusal)
        {
            return (null, new(id, ItemState.Skipped, refusal.Reason, refusal.Message));
        }

        var step = new ResetStep(id, ResetStage.Begun, found.Instance!.Name, found.Instance.CreatedAt);
        return (await store.CaptureAsync(call.JobId, null, step, Select(call, history?.Events ?? []), cancellationToken), null);
    }

    public async Task<(StoredResetStep Stored, ItemResult? Refused)> EndAsync(
        ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var id = stored.Step.InstanceId;
        var ended = await terminator.TerminateAsync(call, id, stored.Step.OldCreatedAt, cancellationToken);
        if (ended is { IsCompleted: false } && ended.CreatedAt == stored.Step.OldCreatedAt)
        {
            const string Why = "was asked to end and has not ended in time. Nothing was started; once it has ended, it is run again.";
            return (stored, new(id, ItemState.Failed, ItemReasons.NotTerminated, $"{id} {Why}"));
        }

        stored = ended switch
        {
            null => await LeaveAsync(call, stored, ItemReasons.NotFound, $"{id} was purged meanwhile.", cancellationToken),
            { IsCompleted: false } => await LeaveAsync(call, stored, ItemReasons.ChangedSincePlan, $"{id} is another run by now.", cancellationToken),
            { RuntimeStatus: OrchestrationRuntimeStatus.Completed } when !call.Rule.IncludeCompleted =>
                await LeaveAsync(call, stored, ItemReasons.ChangedSincePlan, $"{id} completed by itself before it could be ended.", cancellationToken),
            _ => await CaptureAsync(call, stored, ended, cancellationToken),
        };
        return (stored, null);
    }

    /// <summary>Events and continuations that came between the first look and the end count too.</summary>
    private async Task<StoredResetStep> CaptureAsync(
        ResetCall call, StoredResetStep stored, OrchestrationMetadata ended, CancellationToken cancellationToken)
    {
        var id = stored.Step.InstanceId;
        var record = await index.GetAsync(id, cancellationToken);
        var found = await inspector.InspectAsync(call.Client, id, record, cancellationToken);
        var history = found is null || NeedsHistory(call, found) ? await ReadAgainAsync(call, id, cancellationToken) : null;
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
            history ??= await ReadAgainAsync(call, id, cancellationToken);
        }

        return history is null
            ? await store.WriteAsync(call.JobId, stored, next, cancellationToken)
            : await store.CaptureAsync(call.JobId, stored, next, refusal is null ? Select(call, history.Events) : history.Events, cancellationToken);
    }

    private Task<StoredResetStep> LeaveAsync(
        ResetCall call, StoredResetStep stored, string reason, string message, CancellationToken cancellationToken) => store.WriteAsync(
            call.JobId,
            stored,
            stored.Step with { Stage = ResetStage.Done, IsLeftAlone = true, RefusedReason = reason, RefusedMessage = message },
            cancellationToken);

    /// <returns>Null when it cannot be read; then what was read before the end stays stored.</returns>
    private async Task<WorkflowHistory?> ReadAgainAsync(ResetCall call, string id, CancellationToken cancellationToken)
    {
        var history = await histories.ReadAsync(call.Client, id, cancellationToken);
        if (history.Unavailable is not { } reason)
        {
            return history;
        }

        logger.HistoryNotReadAgain(id, reason);
        return null;
    }

    /// <summary>For its events, or because only the history tells whether its input is still the first one.</summary>
    private static bool NeedsHistory(ResetCall call, WorkflowSnapshot found) =>
        call.Reapply.Any || (call.Rule.Type == ResetType.FirstWorkflowTask && found.Record is { OriginalInput: null });

    private static IReadOnlyList<CapturedEvent> Select(ResetCall call, IReadOnlyList<CapturedEvent> events) =>
        [.. events.Where(one => call.Reapply.Includes(one.Name))];
}

/// <summary>The index learns of a continuation late or never. The engine knows sooner: the run's input is another than the first, and its history counts the generations.</summary>
internal static class ContinuationDetector
{
    public static ResetSubject Correct(WorkflowSnapshot found, string? input, WorkflowHistory? history) =>
        history?.Generation > (found.Subject.Continuations ?? 0) ? found.Subject with { Continuations = history.Generation }
        : found is { Record.OriginalInput: { } original, Subject.Continuations: 0 } && input is not null && !AreSame(original, input)
            ? found.Subject with { Continuations = 1 }
        : found is { Record.OriginalInput: null, Subject.Continuations: 0, Record: not null } && history is { Generation: null }
            ? found.Subject with { Continuations = null } // Nothing tells whether the input is still the first one.
        : found.Subject;

    /// <summary>Whoever starts a workflow may give it an input that is no JSON.</summary>
    private static bool AreSame(string one, string other)
    {
        try
        {
            return JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(other));
        }
        catch (JsonException)
        {
            return string.Equals(one, other, StringComparison.Ordinal);
        }
    }
}
