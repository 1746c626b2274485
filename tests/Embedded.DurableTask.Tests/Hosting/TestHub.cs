using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>A host on a store in memory and a manual clock, unless told otherwise.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private TestHub(TaskHubHost host, ITaskHubStore store, ManualTime time)
    {
        Host = host;
        Store = store;
        Time = time;
    }

    public TaskHubHost Host { get; }

    public ITaskHubStore Store { get; }

    public ManualTime Time { get; }

    public DurableTaskClient Client => Host.Client;

    /// <summary>Not started.</summary>
    public static TestHub Create(TestExecutor executor, ITaskHubStore? store = null, ManualTime? time = null, HubWishes? wishes = null)
    {
        wishes ??= new HubWishes();
        store ??= new InMemoryTaskHubStore(2);
        time ??= new ManualTime();
        var options = new TaskHubOptions
        {
            HubName = "TestHub",
            MaxConcurrentOrchestrations = 2,
            MaxConcurrentActivities = wishes.MaxConcurrentActivities,
            MaxCachedSessions = wishes.MaxCachedSessions,
            MaxUnderWay = wishes.MaxUnderWay,
            DefaultVersion = wishes.DefaultVersion,
            Host = new HostIdentity("test", 1, DateTime.UnixEpoch, wishes.HostName),
            IsDead = wishes.IsDead,
            StopTimeout = TimeSpan.FromMinutes(5),
        };
        return new TestHub(new TaskHubHost(options, store, executor, time, wishes.Loggers), store, time);
    }

    public static async Task<TestHub> StartAsync(
        TestExecutor executor, ITaskHubStore? store = null, ManualTime? time = null, HubWishes? wishes = null)
    {
        var hub = Create(executor, store, time, wishes);
        await hub.Host.StartAsync(CancellationToken.None);
        return hub;
    }

    /// <summary>As if the process had died: nothing is flushed, the lease is not given back.</summary>
    public Task KillAsync() => Host.StopAsync(new CancellationToken(canceled: true));

    public async Task<string?> RunAsync(string name, object? input = null, string? id = null)
    {
        id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id));
        return (await CompletedAsync(id)).SerializedOutput;
    }

    /// <summary>Waits for the end while the clock moves on.</summary>
    /// <param name="step">By how much the clock moves each time; 10 seconds unless told.</param>
    public async Task<OrchestrationMetadata> CompletedAsync(string id, TimeSpan? step = null)
    {
        using var limit = new CancellationTokenSource(Deadline);
        var completion = Client.WaitForInstanceCompletionAsync(id, true, limit.Token);
        while (await Task.WhenAny(completion, Task.Delay(2)) != completion)
        {
            Time.Advance(step ?? TimeSpan.FromSeconds(10));
        }

        return await completion;
    }

    public async Task<OrchestrationMetadata> StatusAsync(string id) =>
        await Client.GetInstanceAsync(id, true) ?? throw new InvalidOperationException($"There is no instance {id}.");

    public Task UntilAsync(string id, OrchestrationRuntimeStatus status) =>
        UntilAsync(async () => (await Client.GetInstanceAsync(id))?.RuntimeStatus == status);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var polls = 0; !await condition(); polls++)
        {
            Assert.True(polls < Deadline.TotalMilliseconds / 5, "The condition did not come true in time.");
            await Task.Delay(5);
        }
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>What a test wants to be otherwise.</summary>
internal sealed record HubWishes
{
    public int MaxConcurrentActivities { get; init; } = 8;

    public int MaxCachedSessions { get; init; } = 100;

    public int MaxUnderWay { get; init; } = 50;

    public string DefaultVersion { get; init; } = "";

    public string HostName { get; init; } = "first";

    public Func<HostIdentity, bool> IsDead { get; init; } = static _ => true;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
