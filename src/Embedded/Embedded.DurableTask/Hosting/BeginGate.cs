namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Bounds how many instances of one orchestrator are under way, which is having a turn or an activity: what has begun is finished
/// before more begins, and what has not begun costs little memory. One that only waits for a timer, an event or a child is not under
/// way, so none keeps from beginning what it waits for.
/// </summary>
/// <remarks>
/// The bound is on beginnings only: an instance that is woken goes on at once. A wake and a rest of one instance may be counted in
/// the wrong order, then the count is short by one until its next rest; it is never too high for long.
/// </remarks>
internal sealed class BeginGate(int most)
{
    // So many may wait with all that they need; of further ones it is read again when they begin.
    private readonly int _mostWhole = 4 * most;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>False if the instance has to wait; then a <see cref="Leave"/> hands it out when its turn comes.</summary>
    public bool TryEnter(ActiveInstance instance)
    {
        lock (_lock)
        {
            var lane = LaneOf(instance);
            if (lane.UnderWay.Count >= most)
            {
                if (lane.Waiting.Count >= _mostWhole)
                {
                    instance.Shed();
                }

                lane.Waiting.Enqueue(instance);
                return false;
            }

            lane.UnderWay.Add(instance);
            return true;
        }
    }

    /// <summary>One that has begun goes on.</summary>
    public void Enter(ActiveInstance instance)
    {
        lock (_lock)
        {
            LaneOf(instance).UnderWay.Add(instance);
        }
    }

    /// <summary>The instance rests or has ended. Answers with those that may begin now; they have entered.</summary>
    public IReadOnlyList<ActiveInstance> Leave(ActiveInstance instance)
    {
        lock (_lock)
        {
            var lane = LaneOf(instance);
            if (!lane.UnderWay.Remove(instance))
            {
                return [];
            }

            List<ActiveInstance> next = [];
            while (lane.UnderWay.Count < most && lane.Waiting.TryDequeue(out var waiting))
            {
                lane.UnderWay.Add(waiting);
                next.Add(waiting);
            }

            return next;
        }
    }

    private Lane LaneOf(ActiveInstance instance)
    {
        var name = instance.Head.Name;
        if (!_lanes.TryGetValue(name, out var lane))
        {
            _lanes[name] = lane = new Lane();
        }

        return lane;
    }

    private sealed class Lane
    {
        public HashSet<ActiveInstance> UnderWay { get; } = [];

        public Queue<ActiveInstance> Waiting { get; } = new();
    }
}
