using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Runs one turn of a busy instance and gives it to the committer; the rest happens when the commit has been answered.</summary>
internal sealed class TurnRunner(HubServices hub, SessionLoader sessions, TurnEffects effects)
{
    private readonly ILogger _logger = hub.Logger;

    public async Task RunAsync(ActiveInstance instance)
    {
        try
        {
            if (instance.WholeHead is null)
            {
                instance.Restore(await hub.ReadHeadAsync(instance.Id, hub.Life.Abandoned)
                    ?? throw new InvalidOperationException("The instance is not in the store."));
            }

            var arrived = instance.Take();
            var endsChildren = arrived.Any(static arrival => arrival.Event is ExecutionTerminated { Recursive: true });
            var start = new TurnStart(
                instance.Head, instance.Execution, arrived, endsChildren ? instance.OpenChildren() : [], hub.Time.GetUtcNow());
            if (arrived.Count == 0)
            {
                hub.Ready.Release(instance);
                return;
            }

            var commit = await ExecuteAsync(instance, start);
            hub.InFlight.Track(() => CommitAsync(instance, commit));
        }
        catch (Exception exception)
        {
            Halt(instance, exception);
        }
    }

    private async Task<TurnCommit> ExecuteAsync(ActiveInstance instance, TurnStart start)
    {
        if (start.Arrived.FirstOrDefault(static arrival => arrival.Event is ExecutionTerminated) is { Event: ExecutionTerminated terminated }
            && instance.Session is null && !start.Head.HasBegun)
        {
            // It has not begun: its code must not run at all.
            return Commit(start, DirectEnding.Of(start, new OrchestrationEnding.Terminated(terminated.Output)));
        }

        var session = instance.Session ??= await sessions.LoadAsync(instance, start);
        var result = session.RunTurn(start.Now.UtcDateTime, [.. start.Arrived.Select(static arrival => arrival.Event)]);
        try
        {
            return Commit(start, result);
        }
        catch (StoreLimitException exception)
        {
            _logger.TurnTooLarge(start.Head.InstanceId, exception.Message);
            return Commit(start, DirectEnding.Of(start, new OrchestrationEnding.Failed(FailureRecord.FromException(exception))));
        }
    }

    private TurnCommit Commit(TurnStart start, TurnResult result) => TurnCommits.Of(start, result, hub.Sequences.Next);

    private async Task CommitAsync(ActiveInstance instance, TurnCommit commit)
    {
        try
        {
            await hub.Writer.CommitAsync(instance.Id, commit.Writes);
        }
        catch (InvalidOperationException exception)
        {
            // The coroutine has run ahead of the history.
            Halt(instance, exception);
            return;
        }

        effects.Apply(instance, commit);
        hub.Ready.Release(instance);
    }

    /// <summary>Nothing runs the instance again before the next host replays it.</summary>
    private void Halt(ActiveInstance instance, Exception exception)
    {
        instance.Halt();
        hub.Ready.Settle(instance);
        if (exception is not (OperationCanceledException or TaskHubException { Error: TaskHubError.Unavailable }))
        {
            _logger.TurnFailed(instance.Id, exception);
        }
    }
}
