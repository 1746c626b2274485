using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Scheduling;

/// <summary>Runs the timer functions from when the host has started until it begins to stop.</summary>
internal sealed class TimerService(IReadOnlyList<(TimerFunction Function, bool RunOnStartup)> timers, ILogger logger)
    : IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _work = [];
    private int _disposed;

    /// <summary>Runs a timer function now, in the background; false if there is none of that name.</summary>
    public bool TryRunNow(string name)
    {
        var function = timers.Select(timer => timer.Function)
            .FirstOrDefault(timer => timer.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (function is null)
        {
            return false;
        }

        Follow(function.Name, () => function.RunNowAsync(_stopping.Token));
        return true;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var (function, runOnStartup) in timers)
        {
            Follow(function.Name, () => function.RunAsync(runOnStartup, _stopping.Token));
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] work;
        lock (_gate)
        {
            work = [.. _work];
        }

        await Task.WhenAll(work).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes of a service once for each registration.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        // A host that failed to start is disposed of without having been stopped.
        await _stopping.CancelAsync();
        foreach (var (function, _) in timers)
        {
            function.Dispose();
        }

        _stopping.Dispose();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Follow(string function, Func<Task> run)
    {
        var work = ObserveAsync(function, run);
        lock (_gate)
        {
            _work.Add(work);
            _work.RemoveWhere(task => task.IsCompleted);
        }
    }

    /// <summary>Nothing thrown here may go unseen; the function's own failures do not get this far.</summary>
    private async Task ObserveAsync(string function, Func<Task> run)
    {
        // The first steps read storage: the caller need not wait for them.
        await Task.Yield();
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            Log.TimerStopped(logger, exception, function);
        }
    }
}
