using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>What follows from a committed turn. Nothing here is lost by a crash: recovery derives it again from the store.</summary>
internal sealed class TurnEffects(
    HubServices hub, SessionCache cache, TimerPump timers, ActivityPump activities, SubOrchestrations children)
{
    public required OutboxRelay Outbox { get; init; }

    /// <summary>The busy turn is committed; the caller releases the instance afterwards.</summary>
    public void Apply(ActiveInstance instance, TurnCommit commit)
    {
        var before = instance.Head;
        instance.Commit(commit.Head);
        switch (commit.Result.Ending)
        {
            case null:
                cache.Keep(instance);
                Dispatch(instance, instance.Execution, commit.Result.Record.Events);
                break;
            case OrchestrationEnding.ContinuedAsNew next:
                ContinueAsNew(instance, next.Input, next.Version, next.CarriedOver);
                break;
            default:
                End(instance);
                break;
        }

        if (commit.Outbox is { } outbox)
        {
            Outbox.Relay(outbox);
        }

        if (commit.Head.HasEnded || before.Status == OrchestrationRuntimeStatus.Pending)
        {
            hub.Waiters.Signal(commit.Head);
        }
    }

    /// <summary>Does what the events of a turn ask for.</summary>
    /// <param name="instance">Who asks.</param>
    /// <param name="generation">The execution.</param>
    /// <param name="events">The turn.</param>
    /// <param name="mayBeDone">Whether an earlier host may have begun with it.</param>
    public void Dispatch(ActiveInstance instance, int generation, IReadOnlyList<HistoryEvent> events, bool mayBeDone = false)
    {
        foreach (var asked in events)
        {
            switch (asked)
            {
                case TaskScheduled activity when instance.Open(generation, activity.TaskId, new OpenTask.Activity()):
                    activities.Enqueue(new ActivityWork(instance, generation, activity));
                    break;
                case TimerCreated timer:
                    var entry = timers.Create(new DateTimeOffset(timer.FireAt, TimeSpan.Zero), instance, generation, timer.TaskId);
                    if (instance.Open(generation, timer.TaskId, new OpenTask.Timer(entry)))
                    {
                        timers.Add(entry);
                    }

                    break;
                case TimerCanceled canceled when instance.Abandon(canceled.TaskId) is OpenTask.Timer open:
                    timers.Remove(open.Entry);
                    break;
                case SubOrchestrationCreated child when instance.Open(generation, child.TaskId, new OpenTask.Child(child.InstanceId)):
                    children.Ensure(instance, generation, child, mayBeDone);
                    break;
            }
        }
    }

    public void ContinueAsNew(ActiveInstance instance, string? input, string version, IReadOnlyList<EventRaised> carriedOver)
    {
        instance.Session = null;
        cache.Forget(instance);
        Remove(instance.ContinueAsNew());
        var started = new ExecutionStarted(
            hub.Time.GetUtcNow().UtcDateTime, instance.Head.Name, input, version, instance.Execution);
        hub.Ready.Begin(
            instance,
            [new Arrival(started, instance.Execution), .. carriedOver.Select(static carried => new Arrival(carried))]);
    }

    private void End(ActiveInstance instance)
    {
        Close(instance);
        hub.Table.Remove(instance);
        children.TellParent(instance.Head);
    }

    /// <summary>The instance takes nothing more; what it has not handled is deleted.</summary>
    public void Close(ActiveInstance instance)
    {
        var (unhandled, waiting) = instance.Close();
        instance.Session = null;
        cache.Forget(instance);
        hub.Ready.Settle(instance);
        Remove(waiting);
        foreach (var sequence in unhandled.Select(static arrival => arrival.Sequence).OfType<string>())
        {
            hub.InFlight.Track(() => hub.Writer.CommitAsync(instance.Id, [new StoreWrite.DeleteMessage(instance.Id, sequence)]));
        }
    }

    private void Remove(IReadOnlyList<TimerEntry> waiting)
    {
        foreach (var timer in waiting)
        {
            timers.Remove(timer);
        }
    }
}
