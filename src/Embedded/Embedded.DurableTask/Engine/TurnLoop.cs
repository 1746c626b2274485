namespace Embedded.DurableTask.Engine;

/// <summary>
/// Runs an orchestrator's continuations on the thread that drives the turn, one after another, until none is left. A continuation
/// that arrives from elsewhere means that the code awaits something that is not durable: it is not run, only noticed, because
/// what it would do next could not be replayed.
/// </summary>
internal sealed class TurnLoop(Action onForeignCall) : SynchronizationContext
{
    [ThreadStatic]
    private static TurnLoop? _driving;

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private volatile bool _foreignCallSeen;

    /// <summary>Whether the calling thread is the one that drives this loop now.</summary>
    public bool IsDriving => ReferenceEquals(_driving, this);

    public bool ForeignCallSeen => _foreignCallSeen;

    /// <summary>Takes the step and all that follows from it.</summary>
    public void Run(Action step)
    {
        var outerContext = Current;
        var outerLoop = _driving;
        SetSynchronizationContext(this);
        _driving = this;
        try
        {
            step();
            Drain();
        }
        finally
        {
            _driving = outerLoop;
            SetSynchronizationContext(outerContext);
        }
    }

    /// <summary>Notes a call from outside the turn.</summary>
    public void ReportForeignCall()
    {
        _foreignCallSeen = true;
        onForeignCall();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsDriving)
        {
            _queue.Enqueue((d, state));
        }
        else
        {
            ReportForeignCall();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsDriving)
        {
            d(state);
        }
        else
        {
            ReportForeignCall();
            throw new InvalidOperationException(IllegalAwait.Message);
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    private void Drain()
    {
        for (var ran = 0; _queue.TryDequeue(out var next); ran++)
        {
            if (ran == EngineLimits.MaxContinuationsPerEvent)
            {
                _queue.Clear();
                throw new InvalidOperationException(IllegalAwait.Message);
            }

            next.Callback(next.State);
        }
    }
}
