using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>Pure: turns a turn into rows, as a rule one: the head.</summary>
internal static class TurnCommits
{
    // Room for what a head has beside its input.
    private const int MaxNextInput = StoreLimits.RowLength - 50_000;

    /// <exception cref="StoreLimitException">The turn does not fit into a transaction.</exception>
    public static TurnCommit Of(TurnStart start, TurnResult result, Func<string> nextSequence)
    {
        if (result.Ending is OrchestrationEnding.ContinuedAsNew { Input.Length: > MaxNextInput } next)
        {
            throw new StoreLimitException($"The input of the next execution has {next.Input.Length:N0} characters; {MaxNextInput:N0} is the most.");
        }

        var isFirst = start.Execution != start.Head.Generation;
        var outbox = Outbox(start, result, nextSequence);
        var writes = new List<StoreWrite>(start.Arrived.Select(static arrival => arrival.Sequence).OfType<string>()
            .Select(sequence => new StoreWrite.DeleteMessage(start.Head.InstanceId, sequence)));
        if (outbox is not null)
        {
            writes.Add(new StoreWrite.PutOutbox(outbox));
        }

        var head = Head(start, result);
        head = WithTurn(isFirst ? WithNextExecution(head, start) : head, result, writes);
        head = StaleSweep.Append(head, writes, StoreLimits.MaxWrites - 1);
        writes.Add(new StoreWrite.MergeHead(head, Changed(start.Head, head)));
        StoreLimits.Measure(writes);
        return new TurnCommit(head, writes, outbox, result);
    }

    /// <summary>Adds the turn to the head's recent history, or moves that into rows when it has grown too long.</summary>
    private static InstanceHead WithTurn(InstanceHead head, TurnResult result, List<StoreWrite> writes)
    {
        var recent = HistoryText.Append(head.Recent, result.Record);
        if (recent.Length <= HistoryText.MaxRecent)
        {
            return head with { Recent = recent };
        }

        var rows = HistoryText.Rows(head.InstanceId, head.Generation, head.HistoryRows, recent).ToList();
        writes.AddRange(rows.Select(static row => new StoreWrite.AddHistory(row)));
        return head with { Recent = "", HistoryRows = head.HistoryRows + rows.Count };
    }

    private static InstanceHead Head(TurnStart start, TurnResult result)
    {
        var told = start.Arrived.Select(static arrival => arrival.Event).LastOrDefault(
            static arrived => arrived is ExecutionSuspended or ExecutionResumed);
        var head = start.Head with
        {
            Status = result.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running,
            // As on the platform: the reason shows as the output, and stays until another one or the end.
            Output = told switch
            {
                ExecutionSuspended suspended => suspended.Reason,
                ExecutionResumed resumed => resumed.Reason,
                _ => start.Head.Output,
            },
            CustomStatus = result.CustomStatusJson ?? start.Head.CustomStatus,
            LastUpdatedAt = start.Now,
        };
        return result.Ending switch
        {
            OrchestrationEnding.Completed completed => head with { Status = OrchestrationRuntimeStatus.Completed, Output = completed.Output },
            OrchestrationEnding.Terminated terminated =>
                head with { Status = OrchestrationRuntimeStatus.Terminated, Output = terminated.Output },
            OrchestrationEnding.Failed failed => head with
            {
                Status = OrchestrationRuntimeStatus.Failed,
                Output = failed.Output,
                Failure = failed.Failure,
            },
            _ => head,
        };
    }

    private static InstanceHead WithNextExecution(InstanceHead head, TurnStart start)
    {
        var started = start.Arrived.Select(static arrival => arrival.Event).OfType<ExecutionStarted>().First();
        return head with
        {
            Generation = start.Execution,
            Version = started.Version,
            Input = started.Input,
            HistoryRows = 0,
            Recent = "",
            Stale = [.. head.Stale, new StaleHistory(start.Head.Generation, start.Head.HistoryRows)],
        };
    }

    private static HeadParts Changed(InstanceHead before, InstanceHead after)
    {
        var state = before.Status != after.Status || before.Output != after.Output || before.CustomStatus != after.CustomStatus;
        return HeadParts.Progress
            | (state ? HeadParts.State : 0)
            | (before.Generation != after.Generation ? HeadParts.Execution : 0)
            | (before.Stale.SequenceEqual(after.Stale) ? 0 : HeadParts.Stale);
    }

    private static OutboxBatch? Outbox(TurnStart start, TurnResult result, Func<string> nextSequence)
    {
        var messages = result.Record.Events.OfType<EventSent>()
            .Select(sent => new OutboxMessage(sent.InstanceId, nextSequence(), new EventRaised(start.Now.UtcDateTime, sent.Name, sent.Input)))
            .ToList();
        if (result.Ending is OrchestrationEnding.Terminated
            && start.Arrived.Select(static arrival => arrival.Event).OfType<ExecutionTerminated>().FirstOrDefault() is { Recursive: true } terminated)
        {
            messages.AddRange(start.OpenChildren.Select(child => new OutboxMessage(child, nextSequence(), terminated)));
        }

        return messages.Count == 0 ? null : new OutboxBatch(start.Head.InstanceId, nextSequence(), messages);
    }
}
