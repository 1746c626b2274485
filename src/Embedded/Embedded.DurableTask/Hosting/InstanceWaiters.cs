using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>Those who wait until an instance has started or ended; signalled when that is committed.</summary>
internal sealed class InstanceWaiters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Waiter>> _waiters = new(StringComparer.Ordinal);

    /// <summary>
    /// Waits until a committed head fulfils the condition. The current state is asked for only after the waiter is known, so that
    /// no change falls between.
    /// </summary>
    public async Task<InstanceHead> WaitAsync(
        string instanceId, Func<InstanceHead, bool> condition, Func<Task<InstanceHead?>> current, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        Add(instanceId, waiter);
        try
        {
            return await current() is { } head && condition(head) ? head : await waiter.Done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Remove(instanceId, waiter);
        }
    }

    public void Signal(InstanceHead head)
    {
        List<Waiter> reached;
        lock (_gate)
        {
            reached = _waiters.TryGetValue(head.InstanceId, out var waiters)
                ? waiters.FindAll(waiter => waiter.Condition(head))
                : [];
        }

        reached.ForEach(waiter => waiter.Done.TrySetResult(head));
    }

    /// <summary>The host stops: nobody will signal any more.</summary>
    public void Fail(Exception exception)
    {
        List<Waiter> all;
        lock (_gate)
        {
            all = [.. _waiters.Values.SelectMany(static waiters => waiters)];
        }

        all.ForEach(waiter => waiter.Done.TrySetException(exception));
    }

    private void Add(string instanceId, Waiter waiter)
    {
        lock (_gate)
        {
            if (!_waiters.TryGetValue(instanceId, out var waiters))
            {
                _waiters[instanceId] = waiters = [];
            }

            waiters.Add(waiter);
        }
    }

    private void Remove(string instanceId, Waiter waiter)
    {
        lock (_gate)
        {
            if (_waiters.TryGetValue(instanceId, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
            {
                _waiters.Remove(instanceId);
            }
        }
    }

    private sealed class Waiter(Func<InstanceHead, bool> condition)
    {
        public Func<InstanceHead, bool> Condition => condition;

        public TaskCompletionSource<InstanceHead> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
