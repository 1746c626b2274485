namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>
/// The one durable timer that a loop waits for beside its calls. A later wish leaves an earlier timer as it is: waking up once too
/// often costs less history than a new timer.
/// </summary>
internal sealed class WakeTimer(TaskOrchestrationContext context) : IDisposable
{
    private CancellationTokenSource? _stop;
    private DateTimeOffset _at;

    public Task? Pending { get; private set; }

    /// <returns>Whether this took a timer.</returns>
    public bool Set(DateTimeOffset? wakeAt)
    {
        if (wakeAt is not { } at || (Pending is not null && _at <= at))
        {
            return false;
        }

        Stop();
        _stop = new();
        _at = at;
        Pending = context.CreateTimer(at.UtcDateTime, _stop.Token);
        return true;
    }

    public void Fired()
    {
        _stop?.Dispose();
        (_stop, Pending) = (null, null);
    }

    /// <summary>A timer left open would hold the instance open.</summary>
    public void Stop()
    {
        _stop?.Cancel();
        Fired();
    }

    public void Dispose() => Stop();
}
