namespace ReprocessingFunctions.Resets;

/// <summary>
/// Gives a new run the events of the old one, in their order. How many were given is stored AFTER they were, every few events: a
/// number stored before would lose those that a crash kept from being sent, and nobody has them any more. So after a crash some
/// more may have been given, and the new run's history tells which, once it has all that was sent: see <see cref="DrainBarrier"/>.
/// An engine whose history cannot be read then may give some a second time.
/// </summary>
internal sealed class EventReplay(
    IResetSteps steps,
    IWorkflowHistories histories,
    DrainBarrier barrier,
    InstanceBeginning beginning,
    IOptions<ResetSettings> settings,
    ILogger<EventReplay> logger)
{
    private const int EventsAStep = 50;

    /// <param name="resumed">Another execution may have sent more than it has stored.</param>
    public async Task<StoredResetStep> SendAsync(ResetCall call, StoredResetStep stored, bool resumed, CancellationToken cancellationToken)
    {
        if (stored.Step.Sent >= stored.Step.Events)
        {
            return stored;
        }

        if (await beginning.WaitAsync(call.Client, stored.Step.InstanceId, settings.Value.TerminateTimeout, cancellationToken) is null
            && await call.Client.GetInstanceAsync(stored.Step.InstanceId, cancellationToken) is not null)
        {
            throw new InvalidOperationException($"{stored.Step.InstanceId} was started again and has not begun yet; its events are given to it later.");
        }

        var events = await steps.ReadEventsAsync(call.JobId, stored.Step, cancellationToken);
        var arrived = resumed ? await ArrivedAsync(call, stored.Step, events, cancellationToken) : [];
        for (var number = stored.Step.Sent; number < events.Count; number++)
        {
            if (!arrived.Remove(events[number]) && !await TrySendAsync(call, stored.Step.InstanceId, events[number], cancellationToken))
            {
                return stored;
            }

            if ((number + 1) % EventsAStep == 0 || number + 1 == events.Count)
            {
                stored = await steps.WriteAsync(call.JobId, stored, stored.Step with { Sent = number + 1 }, cancellationToken);
            }
        }

        return stored;
    }

    /// <summary>Events that the new run has beyond those that are known to have been sent.</summary>
    private async Task<List<CapturedEvent>> ArrivedAsync(
        ResetCall call, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        await barrier.RaiseAsync(call, step.InstanceId, cancellationToken);
        try
        {
            List<CapturedEvent> arrived = [.. (await histories.ReadAsync(call.Client, step.InstanceId, cancellationToken)).Events];
            foreach (var known in events.Take(step.Sent))
            {
                arrived.Remove(known);
            }

            return arrived;
        }
        catch (HistoryUnavailableException e)
        {
            logger.HistoryNotReadAgain(e, step.InstanceId);
            return [];
        }
        finally
        {
            await DrainBarrier.LowerAsync(call, step.InstanceId, cancellationToken);
        }
    }

    /// <returns>False when the new run has ended already, or was purged, and takes no more.</returns>
    private static async Task<bool> TrySendAsync(ResetCall call, string instanceId, CapturedEvent one, CancellationToken cancellationToken)
    {
        try
        {
            await call.Client.RaiseEventAsync(instanceId, one.Name, InstanceReset.Parse(one.Input), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (await call.Client.GetInstanceAsync(instanceId, cancellationToken) is null or { IsCompleted: true })
            {
                return false;
            }

            throw;
        }
    }
}

/// <summary>
/// Waits until a run's history has all that was ever sent to it. What is sent waits in a mailbox, behind a busy hub or a host that is
/// just starting, and no history shows that. An engine takes the mail of an instance in its order: once the run says that it is
/// suspended it has taken all that was sent before it was asked to be.
/// </summary>
internal sealed class DrainBarrier(IOptions<ResetSettings> settings, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="InvalidOperationException">The run does not answer; nothing was sent, and somebody has to go on later.</exception>
    public async Task RaiseAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.Value.TerminateTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Left so by an execution that died here: that it is suspended says nothing yet of what was sent since.
            if (await IsAsync(call, instanceId, OrchestrationRuntimeStatus.Suspended, either.Token))
            {
                await call.Client.ResumeInstanceAsync(instanceId, call.Reason, either.Token);
                await UntilAsync(call, instanceId, isSuspended: false, either.Token);
            }

            await SuspendAsync(call, instanceId, either.Token);
            await UntilAsync(call, instanceId, isSuspended: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{instanceId} was started again and does not take its messages; its events are given to it later.");
        }
    }

    public static async Task LowerAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        if (await IsAsync(call, instanceId, OrchestrationRuntimeStatus.Suspended, cancellationToken))
        {
            await call.Client.ResumeInstanceAsync(instanceId, call.Reason, cancellationToken);
        }
    }

    private static async Task SuspendAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            await call.Client.SuspendInstanceAsync(instanceId, call.Reason, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It has ended by itself meanwhile and takes nothing any more.
            if (await call.Client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
            {
                throw;
            }
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

    private static async Task<bool> IsAsync(
        ResetCall call, string instanceId, OrchestrationRuntimeStatus status, CancellationToken cancellationToken) =>
        (await call.Client.GetInstanceAsync(instanceId, cancellationToken))?.RuntimeStatus == status;
}
