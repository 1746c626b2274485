using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>One host at a time holds a hub.</summary>
public sealed class TakeoverTests
{
    private static readonly HubWishes SecondAlive = new() { HostName = "second", IsDead = static _ => false };

    private static TestExecutor Executor() => new TestExecutor()
        .Orchestrator("Wait", static context => context.WaitForExternalEvent<string>("go"))
        .Orchestrator("Call", static context => context.CallActivityAsync<int>("Slow"))
        .Activity<object, int>("Slow", static async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return 1;
        });

    [Fact]
    public async Task A_second_host_waits_until_the_first_gives_the_hub_back()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        await using var first = await TestHub.StartAsync(Executor(), store, time);
        await using var second = TestHub.Create(Executor(), store, time, SecondAlive);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("w"));

        var starting = second.Host.StartAsync(CancellationToken.None);
        var told = second.Client.RaiseEventAsync("w", "go", "x");
        // The first keeps renewing its lease.
        for (var seconds = 0; seconds < 120; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await TestHub.UntilAsync(
                async () => (await store.ReadLeaseAsync(CancellationToken.None))!.ExpiresAt - time.GetUtcNow() >= TimeSpan.FromSeconds(15));
        }

        Assert.False(starting.IsCompleted);
        await first.Host.StopAsync(CancellationToken.None);
        await AdvanceUntilAsync(time, starting);

        await told;
        Assert.Equal("\"x\"", (await second.CompletedAsync("w")).SerializedOutput);
    }

    [Fact]
    public async Task A_dead_owner_of_this_machine_is_not_waited_for()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        var first = await TestHub.StartAsync(Executor(), store, time);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("w"));
        await first.KillAsync();

        await using var second = await TestHub.StartAsync(Executor(), store, time, new HubWishes { HostName = "second", IsDead = static _ => true });

        Assert.Equal("w", (await second.StatusAsync("w")).InstanceId);
    }

    [Fact]
    public async Task A_host_that_lost_the_hub_commits_nothing_and_stops_loudly()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        var loggers = new RecordingLoggers();
        await using var first = await TestHub.StartAsync(Executor(), store, time, new HubWishes { Loggers = loggers });
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("w"));
        await first.Client.WaitForInstanceStartAsync("w");
        // The second believes that the first is dead, and is wrong.
        await using var second = await TestHub.StartAsync(Executor(), store, time, new HubWishes { HostName = "second" });

        var refused = await Assert.ThrowsAsync<TaskHubException>(() => first.Client.RaiseEventAsync("w", "go", "first"));

        Assert.Equal(TaskHubError.Unavailable, refused.Error);
        await first.Host.Lost;
        Assert.Single(loggers.Lines, static line => line is { Level: LogLevel.Error, Id.Id: 2103 });
        await Assert.ThrowsAsync<TaskHubException>(() => first.Client.ScheduleNewOrchestrationInstanceAsync("Wait"));
        await second.Client.RaiseEventAsync("w", "go", "second");
        Assert.Equal("\"second\"", (await second.CompletedAsync("w")).SerializedOutput);
    }

    [Fact]
    public async Task A_host_that_lost_the_hub_notices_without_committing()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        var loggers = new RecordingLoggers();
        await using var first = await TestHub.StartAsync(Executor(), store, time, new HubWishes { Loggers = loggers });
        await using var second = await TestHub.StartAsync(Executor(), store, time, new HubWishes { HostName = "second" });

        await TestHub.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return loggers.Lines.Any(static line => line.Id.Id == 2103);
        });
    }

    [Fact]
    public async Task An_owner_that_no_longer_renews_is_followed_when_its_lease_expires()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        var first = await TestHub.StartAsync(Executor(), store, time);
        await first.KillAsync();
        await using var second = TestHub.Create(Executor(), store, time, SecondAlive);
        var before = time.GetUtcNow();

        await AdvanceUntilAsync(time, second.Host.StartAsync(CancellationToken.None));

        Assert.True(time.GetUtcNow() - before >= TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task Activities_that_a_stop_cancels_are_run_again_by_the_next_host()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        var executor = Executor();
        await using var first = await TestHub.StartAsync(executor, store, time);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Call", new StartOrchestrationOptions("c"));
        await TestHub.UntilAsync(() => !executor.Calls.IsEmpty);

        await first.Host.StopAsync(CancellationToken.None);
        await using var second = await TestHub.StartAsync(executor.Activity<object, int>("Slow", static _ => 7), store, time);

        Assert.Equal("7", (await second.CompletedAsync("c")).SerializedOutput);
        Assert.Equal(2, executor.Calls.Count);
    }

    [Fact]
    public async Task A_host_that_cannot_recover_does_not_keep_the_hub()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        // Opening, two calls for the lease, two for each fence, and then the recovery.
        var failing = new FaultyStore(store, static call => call >= 7 ? Fault.Before : Fault.None) { DiesAtFault = false };
        await using var first = TestHub.Create(Executor(), failing, time);
        using var stop = new CancellationTokenSource();

        var starting = first.Host.StartAsync(stop.Token);
        await failing.Struck.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => starting);
        await first.Host.StopAsync(CancellationToken.None);
        Assert.Equal(TaskHubError.Unavailable, (await Assert.ThrowsAsync<TaskHubException>(() => first.Client.GetInstanceAsync("x"))).Error);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_the_hub()
    {
        var (store, time) = (new InMemoryTaskHubStore(2), new ManualTime());
        await using var first = await TestHub.StartAsync(Executor(), store, time);
        await using var second = TestHub.Create(Executor(), store, time, SecondAlive);
        var starting = second.Host.StartAsync(CancellationToken.None);

        await second.Host.StopAsync(CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task A_stop_answers_those_who_wait()
    {
        await using var hub = await TestHub.StartAsync(Executor());
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait");
        var waiting = hub.Client.WaitForInstanceCompletionAsync(id);

        await hub.Host.StopAsync(CancellationToken.None);

        Assert.Equal(TaskHubError.Unavailable, (await Assert.ThrowsAsync<TaskHubException>(() => waiting)).Error);
        Assert.Equal(
            TaskHubError.Unavailable, (await Assert.ThrowsAsync<TaskHubException>(() => hub.Client.GetInstanceAsync(id))).Error);
    }

    [Fact]
    public void This_process_is_alive_and_one_that_began_at_another_time_is_not()
    {
        var current = HostIdentity.Current();

        Assert.False(HostIdentity.IsDeadProcessOfThisMachine(current));
        Assert.True(HostIdentity.IsDeadProcessOfThisMachine(current with { ProcessStart = current.ProcessStart.AddMinutes(-5) }));
        Assert.False(HostIdentity.IsDeadProcessOfThisMachine(current with { Machine = "elsewhere", ProcessStart = DateTime.UnixEpoch }));
        Assert.Equal(current, HostIdentity.Parse(current.ToString()));
        Assert.Null(HostIdentity.Parse("somebody"));
    }

    private static async Task AdvanceUntilAsync(ManualTime time, Task done)
    {
        while (await Task.WhenAny(done, Task.Delay(2)) != done)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await done;
    }
}
