using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Takes up what the last host left, before any worker runs: outboxes first, because a message must have left its outbox before its
/// target may consume it; then what each instance waits for; then its messages.
/// </summary>
internal sealed class Recovery(
    HubServices hub, SessionLoader sessions, SessionCache cache, InstanceStarter starter, TurnEffects effects)
{
    private const int HistoriesAtOnce = 16;
    private const int PageSize = 1_000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var begun = new List<ActiveInstance>();
        foreach (var bucket in Enumerable.Range(0, hub.Store.BucketCount))
        {
            begun.AddRange(await ReadHeadsAsync(bucket, cancellationToken));
        }

        foreach (var bucket in Enumerable.Range(0, hub.Store.BucketCount))
        {
            var outbox = await hub.Retry.AskAsync(ask => hub.Store.ReadOutboxAsync(bucket, ask), cancellationToken);
            await Task.WhenAll(outbox.Select(effects.Outbox.RelayAsync));
        }

        await Parallel.ForEachAsync(
            begun,
            new ParallelOptions { MaxDegreeOfParallelism = HistoriesAtOnce, CancellationToken = cancellationToken },
            async (instance, token) => await TakeUpAsync(instance, token));
        foreach (var bucket in Enumerable.Range(0, hub.Store.BucketCount))
        {
            foreach (var message in await hub.Retry.AskAsync(ask => hub.Store.ReadMessagesAsync(bucket, ask), cancellationToken))
            {
                Deliver(message);
            }
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

    private async Task<List<ActiveInstance>> ReadHeadsAsync(int bucket, CancellationToken cancellationToken)
    {
        var begun = new List<ActiveInstance>();
        var query = new HeadQuery { Bucket = bucket, Statuses = StatusSets.Unfinished, PageSize = PageSize, WithPayloads = true };
        for (var more = true; more;)
        {
            var asked = query;
            var page = await hub.Retry.AskAsync(ask => hub.Store.ListHeadsAsync(asked, ask), cancellationToken);
            foreach (var head in page.Heads)
            {
                if (head.Status == OrchestrationRuntimeStatus.Pending)
                {
                    starter.Activate(head);
                    continue;
                }

                var instance = new ActiveInstance(head);
                hub.Table.Add(instance);
                begun.Add(instance);
            }

            query = query with { After = page.Next };
            more = page.Next is not null;
        }

        return begun;
    }

    private async Task TakeUpAsync(ActiveInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            var head = instance.Head;
            var rows = await hub.Retry.AskAsync(
                ask => hub.Store.ReadHistoryAsync(head.InstanceId, head.Generation, head.HistoryRows, orMore: true, ask), cancellationToken);
            var turns = SessionLoader.Turns(rows);
            instance.Commit(head with { HistoryRows = rows.Count });
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
