using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>Each call takes a number, records a command and opens a task; in that order, so that replays number alike.</summary>
internal sealed class DurableCalls(Execution execution)
{
    public Task<string?> Activity(string name, string? input, string? version, IDictionary<string, string>? tags)
    {
        execution.EnsureOnTurn();
        var id = execution.Commands.NextId();
        execution.Commands.Add(new TaskScheduled(execution.NowUtc, id, name, input, NullIfEmpty(version), Copy(tags)));
        return execution.Pending.Open(id, PendingKind.Activity, name).Source.Task;
    }

    public Task<string?> SubOrchestration(
        string name, string instanceId, string? input, string? version, IDictionary<string, string>? tags)
    {
        execution.EnsureOnTurn();
        if (instanceId == execution.Identity.InstanceId || execution.Pending.HasChild(instanceId))
        {
            throw new InvalidOperationException(
                $"The sub-orchestration id '{instanceId}' belongs to an instance that is still running. "
                + "Await the first child before its id is used again, or give each child its own.");
        }

        var id = execution.Commands.NextId();
        execution.Commands.Add(
            new SubOrchestrationCreated(execution.NowUtc, id, name, instanceId, input, NullIfEmpty(version), Copy(tags)));
        return execution.Pending.Open(id, PendingKind.SubOrchestration, name, instanceId).Source.Task;
    }

    public async Task Timer(DateTime fireAtUtc, CancellationToken cancellation)
    {
        execution.EnsureOnTurn();
        var id = execution.Commands.NextId();
        execution.Commands.Add(new TimerCreated(execution.NowUtc, id, fireAtUtc));
        var timer = execution.Pending.Open(id, PendingKind.Timer, string.Empty);
        using var registration = cancellation.Register(() => CancelTimer(timer, cancellation), useSynchronizationContext: false);
        await timer.Source.Task;
    }

    public void SendEvent(string instanceId, string name, string? input)
    {
        execution.EnsureOnTurn();
        execution.Commands.Add(new EventSent(execution.NowUtc, execution.Commands.NextId(), instanceId, name, input));
    }

    private void CancelTimer(PendingTask timer, CancellationToken cancellation)
    {
        if (!execution.Loop.IsDriving)
        {
            // A wall-clock timeout, for instance. An exception here would end the process.
            execution.Loop.ReportForeignCall();
        }
        else if (execution.Pending.Close(timer.Id, PendingKind.Timer) is not null)
        {
            execution.Commands.Add(new TimerCanceled(execution.NowUtc, timer.Id));
            timer.Source.TrySetCanceled(cancellation);
        }
    }

    private static string? NullIfEmpty(string? version) => string.IsNullOrEmpty(version) ? null : version;

    private static Dictionary<string, string>? Copy(IDictionary<string, string>? tags) =>
        tags is null or { Count: 0 } ? null : new Dictionary<string, string>(tags);
}
