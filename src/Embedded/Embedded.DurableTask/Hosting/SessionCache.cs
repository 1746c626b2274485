namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Keeps the orchestrators of the instances that ran last. An evicted one is replayed from its history when something arrives.
/// </summary>
internal sealed class SessionCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ActiveInstance> _recent = [];
    private readonly Dictionary<ActiveInstance, LinkedListNode<ActiveInstance>> _nodes = [];

    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _recent.Count >= capacity;
            }
        }
    }

    /// <summary>The instance ran just now.</summary>
    public void Keep(ActiveInstance instance)
    {
        ActiveInstance? evicted = null;
        lock (_gate)
        {
            if (_nodes.TryGetValue(instance, out var node))
            {
                _recent.Remove(node);
            }

            _nodes[instance] = _recent.AddFirst(instance);
            if (_recent.Count > capacity && _recent.Last is { } last)
            {
                evicted = last.Value;
                _recent.RemoveLast();
                _nodes.Remove(evicted);
            }
        }

        // A busy one keeps its session and comes back here when its turn ends.
        evicted?.DropIdleSession();
    }

    public void Forget(ActiveInstance instance)
    {
        lock (_gate)
        {
            if (_nodes.Remove(instance, out var node))
            {
                _recent.Remove(node);
            }
        }
    }
}
