using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>
/// Uses a hub whose process dies at one call of its store. Then everything in memory is gone, and a new host goes on with what is
/// stored.
/// </summary>
internal sealed class CrashDriver(ITaskHubStore stored, TestExecutor executor, Func<int, Fault> fault) : IAsyncDisposable
{
    private readonly FaultyStore _dying = new(stored, fault) { DiesAtFault = true };
    private TestHub? _hub;

    public ManualTime Time { get; } = new();

    public bool HasCrashed { get; private set; }

    public TestHub Hub => _hub ?? throw new InvalidOperationException("The hub has not started.");

    public Task StartAsync() => DoAsync(async (hub, stop) =>
    {
        await hub.Host.StartAsync(stop);
        return true;
    });

    /// <summary>True if the call was answered before the process died.</summary>
    public Task<bool> TellAsync(Func<DurableTaskClient, Task> call) => DoAsync(async (hub, _) =>
    {
        await call(hub.Client);
        return true;
    });

    /// <summary>What the instance ended with, over as many hosts as it takes.</summary>
    public async Task<OrchestrationMetadata> CompletedAsync(string id)
    {
        OrchestrationMetadata? ended = null;
        while (ended is null)
        {
            await DoAsync(async (hub, _) =>
            {
                ended = await hub.CompletedAsync(id);
                return true;
            });
        }

        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.KillAsync();
        }
    }

    /// <summary>A step that the process may not survive. What it has done then is unknown.</summary>
    private async Task<bool> DoAsync(Func<TestHub, CancellationToken, Task<bool>> step)
    {
        using var stop = new CancellationTokenSource();
        _hub ??= TestHub.Create(executor, _dying, Time);
        var done = step(_hub, stop.Token);
        if (HasCrashed || await Task.WhenAny(done, _dying.Struck.Task) == done && !_dying.Struck.Task.IsCompleted)
        {
            return await done;
        }

        HasCrashed = true;
        await stop.CancelAsync();
        await _hub.KillAsync();
        var answered = done.IsCompletedSuccessfully;
        _ = done.ContinueWith(static abandoned => _ = abandoned.Exception, TaskScheduler.Default);
        _hub = await TestHub.StartAsync(executor, stored, Time, new HubWishes { HostName = "second" });
        return answered;
    }
}
