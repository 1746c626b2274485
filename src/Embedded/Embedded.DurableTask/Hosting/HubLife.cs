using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>How far a host's hold on its hub goes.</summary>
internal sealed class HubLife(string hubName, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _working = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TaskCompletionSource _lostSignal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lost;

    /// <summary>Cancelled when no more work is to be taken.</summary>
    public CancellationToken Working => _working.Token;

    /// <summary>Cancelled when even what is being committed is dropped.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Ends when another host has taken the hub.</summary>
    public Task Lost => _lostSignal.Task;

    public bool IsLost => Volatile.Read(ref _lost) == 1;

    /// <summary>Another host has the hub. Nothing can be committed any more, so nothing may be worked on.</summary>
    public void Lose()
    {
        if (Interlocked.Exchange(ref _lost, 1) == 0)
        {
            logger.HubLost(hubName);
            Abandon();
            _lostSignal.TrySetResult();
        }
    }

    /// <summary>The callbacks are user code: they run elsewhere.</summary>
    public void StopWorking() => _ = _working.CancelAsync();

    public void Abandon()
    {
        StopWorking();
        _abandoned.Cancel();
    }

    public void Dispose()
    {
        _working.Dispose();
        _abandoned.Dispose();
    }
}
