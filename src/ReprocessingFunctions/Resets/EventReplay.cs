using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Storage.Resets;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Gives a new run the events of the old one, in their order. How many were given is stored AFTER they were, every few events: a
/// number stored before would lose those that a crash kept from being sent, and nobody has them any more. So after a crash some
/// more may have been given, and the new run's history tells which, once it has all that was sent: see <see cref="RunBarrier"/>.
/// An engine whose history cannot be read then may give some a second time.
/// </summary>
internal sealed class EventReplay(
    IResetSteps steps,
    IWorkflowHistories histories,
    RunBarrier barrier,
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
            await RunBarrier.LowerAsync(call, step.InstanceId, cancellationToken);
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
