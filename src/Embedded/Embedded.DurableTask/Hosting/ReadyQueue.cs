namespace Embedded.DurableTask.Hosting;

/// <summary>Instances that have something to handle. Each is in the queue or with a worker at most once.</summary>
internal sealed class ReadyQueue
{
    private readonly FairQueue<ActiveInstance> _ready = new();

    public IAsyncEnumerable<ActiveInstance> TakeAllAsync(CancellationToken cancellationToken) => _ready.TakeAllAsync(cancellationToken);

    /// <summary>False if the instance has ended.</summary>
    public bool Post(ActiveInstance instance, Arrival arrival) => Enqueue(instance, instance.Post(arrival));

    public void Begin(ActiveInstance instance, IReadOnlyList<Arrival> first) => Enqueue(instance, instance.Begin(first));

    public void Release(ActiveInstance instance) => Enqueue(instance, instance.Release());

    private bool Enqueue(ActiveInstance instance, bool? becameBusy)
    {
        if (becameBusy == true)
        {
            _ready.Add(instance.Head.Name, instance);
        }

        return becameBusy is not null;
    }
}
