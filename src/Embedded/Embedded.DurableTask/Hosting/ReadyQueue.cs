using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Hosting;

/// <summary>Instances that have something to handle. Each is in the queue or with a worker at most once.</summary>
/// <param name="mostUnderWay">So many instances of one orchestrator at once, before another one begins.</param>
internal sealed class ReadyQueue(int mostUnderWay, TimeProvider time)
{
    private readonly FairQueue<ActiveInstance> _ready = new();
    private readonly BeginGate _gate = new(mostUnderWay);

    public IAsyncEnumerable<ActiveInstance> TakeAllAsync(CancellationToken cancellationToken) => _ready.TakeAllAsync(cancellationToken);

    /// <summary>False if the instance has ended.</summary>
    public bool Post(ActiveInstance instance, Arrival arrival) => Enqueue(instance, instance.Post(arrival));

    /// <summary>Lets a new instance begin as soon as there is room for it.</summary>
    public void Begin(ActiveInstance instance)
    {
        if (_gate.TryEnter(instance))
        {
            BeginAll([instance]);
        }
    }

    /// <summary>Lets the next execution of an instance begin.</summary>
    public void Begin(ActiveInstance instance, IReadOnlyList<Arrival> first) => Enqueue(instance, instance.Begin(first));

    public void Release(ActiveInstance instance)
    {
        Enqueue(instance, instance.Release());
        Settle(instance);
    }

    /// <summary>Gives the room of an instance that rests, or has ended, to those that wait for it.</summary>
    public void Settle(ActiveInstance instance)
    {
        if (!instance.IsUnderWay)
        {
            BeginAll(_gate.Leave(instance));
        }
    }

    private void BeginAll(IReadOnlyList<ActiveInstance> admitted)
    {
        var waiting = new Queue<ActiveInstance>(admitted);
        while (waiting.TryDequeue(out var instance))
        {
            var head = instance.Head;
            var started = new ExecutionStarted(time.GetUtcNow().UtcDateTime, head.Name, head.Input, head.Version, head.Generation);
            if (Enqueue(instance, instance.Begin([new Arrival(started, head.Generation)])))
            {
                continue;
            }

            // It was ended while it waited: its room is the next one's.
            foreach (var next in _gate.Leave(instance))
            {
                waiting.Enqueue(next);
            }
        }
    }

    private bool Enqueue(ActiveInstance instance, bool? becameBusy)
    {
        if (becameBusy == true)
        {
            _gate.Enter(instance);
            _ready.Add(instance.Head.Name, instance);
        }

        return becameBusy is not null;
    }
}
