using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>What a host finds that another one left. The crash tests ask the same in general; here are the cases by name.</summary>
public sealed class RecoveryTests
{
    private static readonly DateTime Eight = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    private readonly InMemoryTaskHubStore _store = new(2);
    private readonly ManualTime _time = new();

    private static TestExecutor Executor() => new TestExecutor()
        .Orchestrator("Wait", static context => context.WaitForExternalEvent<string>("go"))
        .Orchestrator("Sleep", static async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

    [Fact]
    public async Task A_start_that_waits_for_its_time_is_not_forgotten()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", new StartOrchestrationOptions("s", _time.GetUtcNow().AddDays(2)));
            await first.KillAsync();
        }

        await using var second = await StartAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await second.StatusAsync("s")).RuntimeStatus);
        _time.Advance(TimeSpan.FromDays(2));

        var ended = await second.CompletedAsync("s");
        Assert.True(ended.ReadOutputAs<DateTime>() >= Eight.AddDays(2).AddHours(1));
    }

    [Fact]
    public async Task A_timer_that_became_due_while_no_host_ran_fires_at_once()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", new StartOrchestrationOptions("s"));
            await first.UntilAsync("s", OrchestrationRuntimeStatus.Running);
            await first.Host.StopAsync(CancellationToken.None);
        }

        _time.Advance(TimeSpan.FromHours(5));
        await using var second = await StartAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await second.CompletedAsync("s")).RuntimeStatus);
    }

    [Fact]
    public async Task A_suspended_instance_stays_suspended_and_keeps_its_events()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("w"));
            await first.Client.SuspendInstanceAsync("w", "because");
            await first.UntilAsync("w", OrchestrationRuntimeStatus.Suspended);
            await first.Client.RaiseEventAsync("w", "go", "kept");
            await first.KillAsync();
        }

        await using var second = await StartAsync();
        var status = await second.StatusAsync("w");
        Assert.Equal((OrchestrationRuntimeStatus.Suspended, "because"), (status.RuntimeStatus, status.SerializedOutput));
        await second.Client.ResumeInstanceAsync("w");

        Assert.Equal("\"kept\"", (await second.CompletedAsync("w")).SerializedOutput);
    }

    [Fact]
    public async Task A_message_of_an_earlier_run_is_nobodys()
    {
        await using (var first = await StartAsync())
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("w"));
            await first.Client.WaitForInstanceStartAsync("w");
            await first.KillAsync();
        }

        var bucket = StoreKeys.BucketOf("w", 2);
        var fence = await _store.TryTakeFenceAsync(await _store.ReadFenceAsync(bucket, default), 5, default);
        var late = new StoredMessage("w", "another run", "1", new EventRaised(Eight, "go", "\"wrong\""));
        await _store.CommitAsync(fence!, [[new StoreWrite.PutMessage(late)]], default);
        await _store.TryWriteLeaseAsync(new HubLease(null, 5, _time.GetUtcNow()), await _store.ReadLeaseAsync(default), default);

        await using var second = await StartAsync();

        await TestHub.UntilAsync(async () => (await _store.ReadUnfinishedAsync(default)).Messages.Count == 0);
        Assert.True((await second.StatusAsync("w")).IsRunning);
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_stops_its_instance_loudly_and_no_other()
    {
        var bucket = StoreKeys.BucketOf("broken", 2);
        var fence = await _store.TryTakeFenceAsync(await _store.ReadFenceAsync(bucket, default), 1, default);
        var broken = new InstanceHead
        {
            InstanceId = "broken", Name = "Wait", RunId = "r", Status = OrchestrationRuntimeStatus.Running, Recent = """[{"kind":"FromTheFuture"}]""",
        };
        await _store.CommitAsync(fence!, [[new StoreWrite.AddHead(broken)]], default);
        await _store.TryWriteLeaseAsync(new HubLease(null, 1, default), null, default);
        var loggers = new RecordingLoggers();

        await using var hub = await TestHub.StartAsync(Executor(), _store, _time, new HubWishes { Loggers = loggers });

        Assert.Contains(loggers.Lines, static line => line.Level == LogLevel.Error && line.Message.StartsWith("Instance broken stands still", StringComparison.Ordinal));
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("other"));
        await hub.Client.RaiseEventAsync("other", "go", "on");
        Assert.Equal("\"on\"", (await hub.CompletedAsync("other")).SerializedOutput);
        Assert.Equal(broken.Recent, (await _store.ReadHeadAsync("broken", default))?.Recent);
        Assert.True(await hub.Host.PurgeAsync("broken", default));
    }

    [Fact]
    public void Open_commands_are_those_without_an_answer()
    {
        var failure = new FailureRecord("E", "m");
        var turns = new TurnRecord[]
        {
            new([
                new OrchestratorStarted(Eight), new ExecutionStarted(Eight, "O"), new TaskScheduled(Eight, 0, "A"), new TaskScheduled(Eight, 1, "A"),
                new TimerCreated(Eight, 2, Eight), new TimerCreated(Eight, 3, Eight), new TimerCreated(Eight, 4, Eight),
                new SubOrchestrationCreated(Eight, 5, "C", "c5"), new SubOrchestrationCreated(Eight, 6, "C", "c6"), new EventSent(Eight, 7, "x", "e"),
            ]),
            new([
                new OrchestratorStarted(Eight), new TaskFailed(Eight, 0, failure), new TimerFired(Eight, 2, Eight),
                new SubOrchestrationCompleted(Eight, 5), new TimerCanceled(Eight, 3), new TaskScheduled(Eight, 8, "A"),
            ]),
        };

        Assert.Equal([1, 4, 6, 8], Recovery.OpenCommands(turns).Select(static command => command.TaskId));
    }

    private Task<TestHub> StartAsync() => TestHub.StartAsync(Executor(), _store, _time);
}
