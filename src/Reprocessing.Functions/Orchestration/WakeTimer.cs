namespace Reprocessing.Functions.Orchestration;

/// <summary>The one durable timer of a loop. A later wish leaves an earlier timer as it is: waking up once too often costs less history than a new timer.</summary>
internal sealed class WakeTimer(TaskOrchestrationContext context) : IDisposable
{
    private CancellationTokenSource? _stop;
    private DateTimeOffset _at;
    private DateTimeOffset _reached;

    // A timer that fired has reached its moment: the engine of Azure Storage (DurableTask.AzureStorage 2.11.2) fires up to a second early, and whoever went by the
    // context's time alone would set it again and again until that second is over.
    public DateTimeOffset Now => new[] { context.UtcNow(), _reached }.Max();

    public Task? Pending { get; private set; }

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
        _reached = _at;
        Clear();
    }

    /// <summary>A timer left open would hold the instance open.</summary>
    public void Stop()
    {
        _stop?.Cancel();
        Clear();
    }

    public void Dispose() => Stop();

    private void Clear()
    {
        _stop?.Dispose();
        (_stop, Pending) = (null, null);
    }
}

internal static class OrchestrationClock
{
    public static DateTimeOffset UtcNow(this TaskOrchestrationContext context) => new(context.CurrentUtcDateTime, TimeSpan.Zero);
}
