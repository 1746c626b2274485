using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>When there is more to begin than is good for memory: what has begun is finished first.</summary>
public sealed class BeginningTests
{
    private const int Most = 3;

    private static readonly HubWishes Few = new() { MaxUnderWay = Most, MaxConcurrentActivities = 8 };

    private readonly TaskCompletionSource<int> _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestExecutor Executor() => new TestExecutor()
        .Orchestrator("Work", static context => context.CallActivityAsync<int>("Hang", 1))
        .Orchestrator("Other", static context => context.CallActivityAsync<int>("Double", 21))
        .Orchestrator("Wait", static async context => await context.WaitForExternalEvent<string>("go"))
        .Orchestrator("Nested", static async context =>
        {
            var depth = context.GetInput<int>();
            return depth == 0 ? 0 : 1 + await context.CallSubOrchestratorAsync<int>("Nested", depth - 1);
        })
        .Activity<int, int>("Hang", (_, stopping) => _release.Task.WaitAsync(stopping))
        .Activity<int, int>("Double", static item => item * 2);

    [Fact]
    public async Task Only_so_many_of_one_orchestrator_begin_before_others_of_it_have_ended()
    {
        await using var hub = await TestHub.StartAsync(Executor(), wishes: Few);
        var ids = await StartAsync(hub, "Work", 10);
        await TestHub.UntilAsync(async () => await CountAsync(hub, OrchestrationRuntimeStatus.Running) == Most);

        Assert.Equal("42", await hub.RunAsync("Other"));
        Assert.Equal(10 - Most, await CountAsync(hub, OrchestrationRuntimeStatus.Pending));

        _release.SetResult(7);
        foreach (var id in ids)
        {
            Assert.Equal("7", (await hub.CompletedAsync(id)).SerializedOutput);
        }
    }

    [Fact]
    public async Task Those_that_only_wait_keep_none_from_beginning()
    {
        await using var hub = await TestHub.StartAsync(Executor(), wishes: Few);
        var ids = await StartAsync(hub, "Wait", 20);
        await TestHub.UntilAsync(async () => await CountAsync(hub, OrchestrationRuntimeStatus.Running) == 20);

        foreach (var id in ids)
        {
            await hub.Client.RaiseEventAsync(id, "go", id);
            Assert.Equal($"\"{id}\"", (await hub.CompletedAsync(id)).SerializedOutput);
        }
    }

    [Fact]
    public async Task Parents_that_wait_for_children_of_their_own_kind_let_them_begin()
    {
        await using var hub = await TestHub.StartAsync(Executor(), wishes: Few);

        Assert.Equal("12", await hub.RunAsync("Nested", 12));
    }

    [Fact]
    public async Task One_that_is_terminated_or_purged_before_it_begins_runs_no_code_and_holds_nobody_up()
    {
        var executor = Executor();
        await using var hub = await TestHub.StartAsync(executor, wishes: Few);
        var ids = await StartAsync(hub, "Work", 8);
        await TestHub.UntilAsync(async () => await CountAsync(hub, OrchestrationRuntimeStatus.Running) == Most);

        await hub.Client.TerminateInstanceAsync(ids[Most], "enough");
        var ended = await hub.CompletedAsync(ids[Most]);
        Assert.True(await hub.Host.PurgeAsync(ids[Most + 1], CancellationToken.None));

        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "\"enough\""), (ended.RuntimeStatus, ended.SerializedOutput));
        Assert.Null(await hub.Client.GetInstanceAsync(ids[Most + 1]));
        _release.SetResult(7);
        foreach (var id in ids.Except([ids[Most], ids[Most + 1]]))
        {
            Assert.Equal("7", (await hub.CompletedAsync(id)).SerializedOutput);
        }

        Assert.Equal(6, executor.Calls.Count);
    }

    [Fact]
    public async Task An_event_that_comes_before_the_beginning_is_there_after_it()
    {
        var executor = Executor()
            .Orchestrator("WorkThenWait", static async context =>
            {
                await context.CallActivityAsync<int>("Hang", 1);
                return await context.WaitForExternalEvent<string>("go");
            });
        await using var hub = await TestHub.StartAsync(executor, wishes: Few);
        var ids = await StartAsync(hub, "WorkThenWait", Most + 1);
        await TestHub.UntilAsync(async () => await CountAsync(hub, OrchestrationRuntimeStatus.Running) == Most);

        await hub.Client.RaiseEventAsync(ids[Most], "go", "early");

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await hub.StatusAsync(ids[Most])).RuntimeStatus);
        _release.SetResult(7);
        Assert.Equal("\"early\"", (await hub.CompletedAsync(ids[Most])).SerializedOutput);
    }

    [Fact]
    public async Task The_next_host_lets_no_more_begin_than_this_one()
    {
        var store = new InMemoryTaskHubStore(2);
        await using (var first = await TestHub.StartAsync(Executor(), store, wishes: Few))
        {
            await StartAsync(first, "Work", 10);
            await first.KillAsync();
        }

        var executor = Executor();
        await using var second = await TestHub.StartAsync(executor, store, wishes: Few);
        await TestHub.UntilAsync(() => executor.Calls.Count >= Most);
        Assert.InRange(await CountAsync(second, OrchestrationRuntimeStatus.Running), Most, 2 * Most);
        _release.SetResult(7);
        await TestHub.UntilAsync(async () => await CountAsync(second, OrchestrationRuntimeStatus.Completed) == 10);
    }

    [Fact]
    public async Task However_many_wait_each_begins_with_its_input_and_shows_it_meanwhile()
    {
        var executor = Executor()
            .Orchestrator("WorkOn", static async context =>
            {
                await context.CallActivityAsync<int>("Hang", 1);
                return context.GetInput<string>();
            });
        await using var hub = await TestHub.StartAsync(executor, wishes: Few);
        var ids = await StartAsync(hub, "WorkOn", 12 * Most);
        await TestHub.UntilAsync(async () => await CountAsync(hub, OrchestrationRuntimeStatus.Running) == Most);

        foreach (var id in ids)
        {
            Assert.Equal($"\"input of {id}\"", (await hub.StatusAsync(id)).SerializedInput);
        }

        await hub.Client.TerminateInstanceAsync(ids[^1], "enough");
        var ended = await hub.CompletedAsync(ids[^1]);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, $"\"input of {ids[^1]}\""), (ended.RuntimeStatus, ended.SerializedInput));
        _release.SetResult(7);
        foreach (var id in ids.SkipLast(1))
        {
            var done = await hub.CompletedAsync(id);
            Assert.Equal(($"\"input of {id}\"", $"\"input of {id}\""), (done.SerializedInput, done.SerializedOutput));
        }
    }

    private static async Task<IReadOnlyList<string>> StartAsync(TestHub hub, string name, int count)
    {
        List<string> ids = [];
        for (var number = 0; number < count; number++)
        {
            ids.Add(await hub.Client.ScheduleNewOrchestrationInstanceAsync(
                name, $"input of {name}-{number:D2}", new StartOrchestrationOptions($"{name}-{number:D2}")));
        }

        return ids;
    }

    private static async Task<int> CountAsync(TestHub hub, OrchestrationRuntimeStatus status)
    {
        var count = 0;
        await foreach (var instance in hub.Client.GetAllInstancesAsync(new OrchestrationQuery { Statuses = [status] }))
        {
            count += instance.Name.StartsWith("Work", StringComparison.Ordinal) || instance.Name == "Wait" ? 1 : 0;
        }

        return count;
    }
}
