using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Takes up what the last host left, before any worker runs: outboxes first, because a message must have left its outbox before its
/// target may consume it; then what each instance waits for; then its messages.
/// </summary>
internal sealed class Recovery(
    HubServices hub, SessionLoader sessions, SessionCache cache, InstanceStarter starter, TurnEffects effects)
{
    private const int HistoriesAtOnce = 16;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var work = await hub.Retry.AskAsync(hub.Store.ReadUnfinishedAsync, cancellationToken);
        var begun = work.Heads.Select(Activate).OfType<ActiveInstance>().ToList();
        var relayed = await Task.WhenAll(work.Outbox.Select(effects.Outbox.RelayAsync));
        await Parallel.ForEachAsync(
            begun,
            new ParallelOptions { MaxDegreeOfParallelism = HistoriesAtOnce, CancellationToken = cancellationToken },
            async (instance, token) => await TakeUpAsync(instance, token));

        // One that was stored but had not left its outbox is in both lists.
        var messages = relayed.SelectMany(static batch => batch)
            .Select(static pair => new StoredMessage(pair.Target.Id, pair.Target.Head.RunId, pair.Message.Sequence, pair.Message.Event))
            .Concat(work.Messages)
            .DistinctBy(static message => (message.InstanceId, message.Sequence))
            .OrderBy(static message => message.Sequence, StringComparer.Ordinal);
        foreach (var message in messages)
        {
            Deliver(message);
        }
    }

    /// <summary>The commands that have no answer yet, in order.</summary>
    public static IReadOnlyList<CommandEvent> OpenCommands(IEnumerable<TurnRecord> turns)
    {
        var open = new SortedDictionary<int, CommandEvent>();
        foreach (var happened in turns.SelectMany(static turn => turn.Events))
        {
            switch (happened)
            {
                case TaskScheduled or TimerCreated or SubOrchestrationCreated:
                    var command = (CommandEvent)happened;
                    open[command.TaskId] = command;
                    break;
                case TimerCanceled canceled:
                    open.Remove(canceled.TaskId);
                    break;
                case ArrivedEvent when new Arrival(happened).TaskId is { } answered:
                    open.Remove(answered);
                    break;
            }
        }

        return [.. open.Values];
    }

    /// <summary>Null if it has not begun and needs nothing but to begin.</summary>
    private ActiveInstance? Activate(InstanceHead head)
    {
        if (!head.HasBegun)
        {
            starter.Activate(head);
            return null;
        }

        var instance = new ActiveInstance(head);
        hub.Table.Add(instance);
        return instance;
    }

    private async Task TakeUpAsync(ActiveInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            var head = instance.Head;
            var turns = await sessions.ReadTurnsAsync(head, cancellationToken);
            if (turns is [.., { Events: [.., ContinuedAsNew next] }])
            {
                effects.ContinueAsNew(instance, next.Input, next.Version, next.CarriedOver);
                return;
            }

            if (!cache.IsFull && hub.Executor.OrchestratorNames.Contains(head.Name, StringComparer.OrdinalIgnoreCase))
            {
                instance.Session = sessions.Load(head, head.Generation, head.Version, turns);
                cache.Keep(instance);
            }

            effects.Dispatch(instance, head.Generation, OpenCommands(turns), mayBeDone: true);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or TaskHubException))
        {
            hub.Logger.TurnFailed(instance.Id, exception);
            instance.Halt();
        }
    }

    /// <summary>A message of an earlier run, or one that came too late, is nobody's.</summary>
    private void Deliver(StoredMessage message)
    {
        var isMeant = hub.Table.TryFind(message.InstanceId, out var instance) && instance.Head.RunId == message.RunId
            && hub.Ready.Post(instance, new Arrival(message.Event, null, message.Sequence));
        if (!isMeant)
        {
            hub.InFlight.Track(() => hub.Writer.CommitAsync(
                message.InstanceId, [new StoreWrite.DeleteMessage(message.InstanceId, message.Sequence)]));
        }
    }
}
