namespace Reprocessing.Functions.Resets;

// Sends the events of the old run to the new one, in their order. How many is stored after they were sent, as a crash would else lose those in between. So after a
// crash more may have been sent than is stored: the new run's history says which, once the run has received everything. If it cannot be read, some may be sent twice.
internal sealed class EventReplay(
    IResetStore store,
    IWorkflowHistories histories,
    InstanceBeginning beginning,
    IOptions<ResetSettings> settings,
    TimeProvider time,
    ILogger<EventReplay> logger)
{
    private const int EventsAStep = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<StoredResetStep> SendAsync(ResetCall call, StoredResetStep stored, bool resumed, CancellationToken cancellationToken)
    {
        if (stored.Step.Sent >= stored.Step.Events)
        {
            return stored;
        }

        var id = stored.Step.InstanceId;
        if (await beginning.WaitAsync(call.Client, id, settings.Value.TerminateTimeout, cancellationToken) is null
            && await call.Client.GetInstanceAsync(id, cancellationToken) is not null)
        {
            throw new InvalidOperationException($"{id} was started again and has not begun yet; its events are sent to it later.");
        }

        var events = await store.ReadEventsAsync(call.JobId, stored.Step, cancellationToken);
        var received = resumed ? await FindReceivedAsync(call, stored.Step, events, cancellationToken) : [];
        for (var number = stored.Step.Sent; number < events.Count; number++)
        {
            var one = events[number];
            if (!received.Remove(one) && !await call.TrySendAsync(
                id, () => call.Client.RaiseEventAsync(id, one.Name, InstanceReset.Parse(one.Input), cancellationToken), cancellationToken))
            {
                return stored;
            }

            if ((number + 1) % EventsAStep == 0 || number + 1 == events.Count)
            {
                stored = await store.WriteAsync(call.JobId, stored, stored.Step with { Sent = number + 1 }, cancellationToken);
            }
        }

        return stored;
    }

    private async Task<List<CapturedEvent>> FindReceivedAsync(
        ResetCall call, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        await DrainAsync(call, step.InstanceId, cancellationToken);
        try
        {
            var history = await histories.ReadAsync(call.Client, step.InstanceId, cancellationToken);
            if (history.Unavailable is { } reason)
            {
                logger.HistoryNotReadAgain(step.InstanceId, reason);
            }

            List<CapturedEvent> received = [.. history.Events];
            foreach (var known in events.Take(step.Sent))
            {
                received.Remove(known);
            }

            return received;
        }
        finally
        {
            if (await IsSuspendedAsync(call, step.InstanceId, cancellationToken))
            {
                await call.Client.ResumeInstanceAsync(step.InstanceId, call.Reason, cancellationToken);
            }
        }
    }

    // A message may wait in the instance's queue, where no history shows it. An engine delivers an instance's messages in order: once the run is suspended, it has
    // received all that was sent before the suspend.
    private async Task DrainAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.Value.TerminateTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Suspended by an execution that died here: this says nothing of what was sent since.
            if (await IsSuspendedAsync(call, instanceId, either.Token))
            {
                await call.Client.ResumeInstanceAsync(instanceId, call.Reason, either.Token);
                await UntilAsync(call, instanceId, isSuspended: false, either.Token);
            }

            await call.TrySendAsync(instanceId, () => call.Client.SuspendInstanceAsync(instanceId, call.Reason, either.Token), either.Token);
            await UntilAsync(call, instanceId, isSuspended: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{instanceId} was started again and receives no messages; its events are sent to it later.");
        }
    }

    private async Task UntilAsync(ResetCall call, string instanceId, bool isSuspended, CancellationToken cancellationToken)
    {
        while (await call.Client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false } instance
            && instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended != isSuspended)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static async Task<bool> IsSuspendedAsync(ResetCall call, string instanceId, CancellationToken cancellationToken) =>
        (await call.Client.GetInstanceAsync(instanceId, cancellationToken))?.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
}
