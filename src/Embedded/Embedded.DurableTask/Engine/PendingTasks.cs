namespace Embedded.DurableTask.Engine;

internal enum PendingKind
{
    Activity,
    Timer,
    SubOrchestration,
}

/// <summary>What the orchestrator has asked for and not got yet, by number. The first completion wins.</summary>
internal sealed class PendingTasks
{
    private readonly Dictionary<int, PendingTask> _open = [];
    private readonly HashSet<string> _children = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    public bool HasChild(string instanceId) => _children.Contains(instanceId);

    public PendingTask Open(int id, PendingKind kind, string name, string? childInstanceId = null)
    {
        // A plain source: with RunContinuationsAsynchronously, WhenAll and WhenAny would resume on the pool after the turn.
        var task = new PendingTask(id, kind, name, childInstanceId, new TaskCompletionSource<string?>());
        _open.Add(id, task);
        if (childInstanceId is not null)
        {
            _children.Add(childInstanceId);
        }

        return task;
    }

    /// <summary>
    /// Takes the task off the list. The caller completes it after that: the code that then runs must find it gone.
    /// Null if it was closed before or is of another kind.
    /// </summary>
    public PendingTask? Close(int id, PendingKind kind)
    {
        if (!_open.TryGetValue(id, out var task) || task.Kind != kind)
        {
            return null;
        }

        _open.Remove(id);
        if (task.ChildInstanceId is not null)
        {
            _children.Remove(task.ChildInstanceId);
        }

        return task;
    }
}

/// <param name="Id">The number of the command.</param>
/// <param name="Kind">What can complete it.</param>
/// <param name="Name">The name of the activity or orchestrator; empty for a timer.</param>
/// <param name="ChildInstanceId">Of a sub-orchestration.</param>
/// <param name="Source">Completed with the JSON result.</param>
internal sealed record PendingTask(
    int Id, PendingKind Kind, string Name, string? ChildInstanceId, TaskCompletionSource<string?> Source);
