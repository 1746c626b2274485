using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Scheduling;

/// <summary>What the timer function saw, and the means to hold it up or make it fail.</summary>
public sealed class Ticks
{
    private readonly Lock _gate = new();
    private readonly List<TimerInfo> _seen = [];
    private TaskCompletionSource _release = new();
    private int _running;

    public Ticks() => _release.SetResult();

    public IReadOnlyList<TimerInfo> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    public bool Overlapped { get; private set; }

    public bool Fails { get; set; }

    public void Hold() => _release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _release.TrySetResult();

    public async Task SeeAsync(TimerInfo timer, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _seen.Add(timer);
            Overlapped |= ++_running > 1;
        }

        try
        {
            await _release.Task.WaitAsync(cancellation);
            if (Fails)
            {
                throw new InvalidOperationException("the tick failed");
            }
        }
        finally
        {
            lock (_gate)
            {
                _running--;
            }
        }
    }
}

public sealed class TickFunction(Ticks ticks)
{
    [Function("Tick")]
    public Task Tick([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => ticks.SeeAsync(timer, cancellation);
}
