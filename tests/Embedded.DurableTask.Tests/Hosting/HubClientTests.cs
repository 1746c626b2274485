using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>The client's answers, as the real platform gave them.</summary>
public sealed class HubClientTests
{
    private static readonly TestExecutor Executor = new TestExecutor()
        .Orchestrator("Wait", static async context =>
        {
            context.SetCustomStatus(new { at = "start" });
            return await context.WaitForExternalEvent<string>("go");
        })
        .Orchestrator("Echo", static context => Task.FromResult(context.GetInput<object>()))
        .Orchestrator("Long", static async context =>
        {
            for (var step = 0; step < 3; step++)
            {
                await context.CallActivityAsync<int>("Large", new string('x', 10_000));
            }

            return 1;
        })
        .Activity<string, int>("Large", static _ => 1)
        .Orchestrator<string>("Fail", static _ => throw new InvalidOperationException("wrapped"))
        .Orchestrator("Parent", static context =>
            context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: context.InstanceId + "-child")));

    [Fact]
    public async Task Schedule_gives_a_32_digit_id_unless_one_is_given()
    {
        await using var hub = await TestHub.StartAsync(Executor);

        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1);

        Assert.True(Guid.TryParseExact(id, "N", out _));
        Assert.Equal("a/b", await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, new StartOrchestrationOptions("a/b")));
        Assert.Equal("1", (await hub.CompletedAsync("a/b")).SerializedOutput);
    }

    [Fact]
    public async Task Schedule_refuses_ids_that_are_reserved_for_entities()
    {
        await using var hub = await TestHub.StartAsync(Executor);

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", new StartOrchestrationOptions("@a")));

        Assert.StartsWith("Instance IDs starting with '@' are reserved for entities", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_fifty_concurrent_starts_of_one_id_one_succeeds()
    {
        await using var hub = await TestHub.StartAsync(Executor);

        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(async input =>
        {
            try
            {
                await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", input, new StartOrchestrationOptions("one"));
                return "";
            }
            catch (TaskHubException exception) when (exception.Error == TaskHubError.AlreadyExists)
            {
                return exception.Message;
            }
        }));

        Assert.Single(starts, "");
        Assert.Equal(49, starts.Count(static message => message == "An Orchestration instance with the ID one already exists."));
    }

    [Fact]
    public async Task Of_fifty_concurrent_starts_over_a_finished_instance_one_succeeds()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "one");

        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(async input =>
        {
            try
            {
                await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", input, new StartOrchestrationOptions("one"));
                return 1;
            }
            catch (TaskHubException)
            {
                return 0;
            }
        }));

        Assert.Equal(1, starts.Sum());
    }

    [Fact]
    public async Task A_finished_instance_is_overwritten_by_default()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "id");
        hub.Time.Advance(TimeSpan.FromHours(1));
        var since = hub.Time.GetUtcNow();

        Assert.Equal("2", await hub.RunAsync("Echo", 2, "id"));

        var status = await hub.StatusAsync("id");
        Assert.Equal("2", status.SerializedInput);
        Assert.True(status.CreatedAt >= since);
        var started = (await hub.Host.ReadHistoryAsync("id", CancellationToken.None))!.SelectMany(static turn => turn.Events).OfType<ExecutionStarted>();
        Assert.Equal("2", Assert.Single(started).Input);
    }

    [Fact]
    public async Task Dedupe_statuses_say_what_refuses_a_start()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "done");
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("running"));
        await hub.UntilAsync("running", OrchestrationRuntimeStatus.Running);

        var completed = new StartOrchestrationOptions("done").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await Assert.ThrowsAsync<TaskHubException>(() => hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 2, completed));
        var failed = new StartOrchestrationOptions("running").WithDedupeStatuses(OrchestrationRuntimeStatus.Failed);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 2, failed);

        Assert.Equal("2", (await hub.CompletedAsync("running")).SerializedOutput);
        Assert.Equal("1", (await hub.StatusAsync("done")).SerializedOutput);
    }

    [Fact]
    public async Task A_start_in_the_future_is_pending_until_then()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var startAt = hub.Time.GetUtcNow().AddDays(60);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 5, new StartOrchestrationOptions(null, startAt));

        hub.Time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await hub.StatusAsync(id)).RuntimeStatus);

        hub.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("5", (await hub.CompletedAsync(id)).SerializedOutput);
    }

    [Fact]
    public async Task A_pending_instance_can_be_terminated_without_running()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var startAt = hub.Time.GetUtcNow().AddDays(60);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 5, new StartOrchestrationOptions(null, startAt));
        // More than a turn takes at once.
        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => hub.Client.RaiseEventAsync(id, "early", number)));

        await hub.Client.TerminateInstanceAsync(id, new { bye = 1 });

        var ended = await hub.Client.WaitForInstanceCompletionAsync(id, true);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, """{"bye":1}"""), (ended.RuntimeStatus, ended.SerializedOutput));
        await TestHub.UntilAsync(async () => (await hub.Store.ReadUnfinishedAsync(default)).Messages.Count == 0);
    }

    [Fact]
    public async Task Tags_and_versions_come_back()
    {
        var executor = new TestExecutor().Orchestrator("Version", static context => Task.FromResult(context.Version));
        await using var hub = await TestHub.StartAsync(executor, wishes: new HubWishes { DefaultVersion = "1.0" });
        var tags = new Dictionary<string, string> { ["k"] = "v" };

        var byDefault = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Version");
        var wished = await hub.Client.ScheduleNewOrchestrationInstanceAsync(
            "Version", new StartOrchestrationOptions { Version = "2.0", Tags = tags });

        Assert.Equal("\"1.0\"", (await hub.CompletedAsync(byDefault)).SerializedOutput);
        var status = await hub.CompletedAsync(wished);
        Assert.Equal("\"2.0\"", status.SerializedOutput);
        Assert.Equal(tags, status.Tags);
    }

    [Fact]
    public async Task Get_of_an_unknown_instance_is_null_and_payloads_come_only_when_asked_for()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "id");

        Assert.Null(await hub.Client.GetInstanceAsync("nosuch"));
        var without = await hub.Client.GetInstanceAsync("id");
        Assert.Equal((null, null, null), (without?.SerializedInput, without?.SerializedOutput, without?.SerializedCustomStatus));
        var with = await hub.Client.GetInstanceAsync("id", true);
        Assert.Equal(("1", "1", "null"), (with?.SerializedInput, with?.SerializedOutput, with?.SerializedCustomStatus));
        Assert.Equal(1, with?.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_failed_instance_shows_type_and_message_as_output()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Fail", id: "id");

        var status = await hub.StatusAsync("id");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, status.RuntimeStatus);
        Assert.Equal("System.InvalidOperationException: wrapped", status.SerializedOutput);
        Assert.Null(status.FailureDetails);
    }

    [Fact]
    public async Task An_unknown_orchestrator_fails_with_the_names_that_are_known()
    {
        await using var hub = await TestHub.StartAsync(Executor);

        Assert.Equal(
            """{"message":"The function 'NoSuch' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: 'Wait', 'Echo', 'Long', 'Fail', 'Parent'.","details":null}""",
            await hub.RunAsync("NoSuch", id: "id"));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await hub.StatusAsync("id")).RuntimeStatus);
    }

    [Fact]
    public async Task Suspend_and_resume_show_their_reason_as_output_and_hold_events_back()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait");
        await hub.Client.WaitForInstanceStartAsync(id);

        await hub.Client.SuspendInstanceAsync(id, "why");
        await hub.UntilAsync(id, OrchestrationRuntimeStatus.Suspended);
        Assert.Equal("why", (await hub.StatusAsync(id)).SerializedOutput);
        await hub.Client.RaiseEventAsync(id, "go", "done");
        await TestHub.UntilAsync(async () => (await hub.Host.ReadHistoryAsync(id, default))!.SelectMany(static turn => turn.Events).Any(static e => e is EventRaised));
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await hub.StatusAsync(id)).RuntimeStatus);

        await hub.Client.ResumeInstanceAsync(id, "go on");
        Assert.Equal("\"done\"", (await hub.CompletedAsync(id)).SerializedOutput);
    }

    [Fact]
    public async Task A_resumed_instance_shows_the_reason_while_it_runs()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait");
        await hub.Client.SuspendInstanceAsync(id, "why");
        await hub.UntilAsync(id, OrchestrationRuntimeStatus.Suspended);

        await hub.Client.ResumeInstanceAsync(id, "go");
        await hub.UntilAsync(id, OrchestrationRuntimeStatus.Running);

        var status = await hub.StatusAsync(id);
        Assert.Equal(("go", """{"at":"start"}"""), (status.SerializedOutput, status.SerializedCustomStatus));
    }

    [Fact]
    public async Task Nothing_can_be_told_to_an_unknown_or_ended_instance()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "ended");
        (Func<string, Task> Call, string Refusal)[] calls =
        [
            (id => hub.Client.RaiseEventAsync(id, "go", 1), "The orchestration instance with the provided instance id is not running."),
            (id => hub.Client.TerminateInstanceAsync(id), "Cannot terminate the orchestration instance ended because instance is in the Completed state."),
            (id => hub.Client.SuspendInstanceAsync(id), "Cannot suspend the orchestration instance ended because instance is in the Completed state."),
            (id => hub.Client.ResumeInstanceAsync(id), "Cannot resume the orchestration instance ended because instance is in the Completed state."),
        ];
        foreach (var (call, refusal) in calls)
        {
            var missing = await Assert.ThrowsAsync<TaskHubException>(() => call("nosuch"));
            Assert.Equal((TaskHubError.NotFound, "No instance with ID 'nosuch' was found."), (missing.Error, missing.Message));
            var ended = await Assert.ThrowsAsync<TaskHubException>(() => call("ended"));
            Assert.Equal((TaskHubError.NotRunning, refusal), (ended.Error, ended.Message));
        }
    }

    [Fact]
    public async Task A_recursive_termination_ends_the_children_too()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Parent", new StartOrchestrationOptions("p"));
        await hub.UntilAsync("p-child", OrchestrationRuntimeStatus.Running);

        await hub.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("over", Recursive: true));

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await hub.CompletedAsync(id)).RuntimeStatus);
        var child = await hub.CompletedAsync("p-child");
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "\"over\""), (child.RuntimeStatus, child.SerializedOutput));
    }

    [Fact]
    public async Task A_termination_that_is_not_recursive_leaves_the_children()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Parent", new StartOrchestrationOptions("p"));
        await hub.UntilAsync("p-child", OrchestrationRuntimeStatus.Running);

        await hub.Client.TerminateInstanceAsync("p");
        await hub.CompletedAsync("p");

        await hub.Client.RaiseEventAsync("p-child", "go", "on");
        Assert.Equal("\"on\"", (await hub.CompletedAsync("p-child")).SerializedOutput);
    }

    [Fact]
    public async Task Query_filters_and_pages_with_an_opaque_token()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        for (var number = 0; number < 7; number++)
        {
            await hub.RunAsync("Echo", number, $"e-{number}");
        }

        await hub.RunAsync("Fail", id: "f");
        var query = new OrchestrationQuery { InstanceIdPrefix = "e-", PageSize = 3 };

        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in hub.Client.GetAllInstancesAsync(query).AsPages())
        {
            pages.Add(page);
        }

        Assert.Equal([3, 3, 1], pages.Select(static page => page.Values.Count));
        Assert.Equal(
            Enumerable.Range(0, 7).Select(static number => $"e-{number}"),
            pages.SelectMany(static page => page.Values).Select(static status => status.InstanceId));
        Assert.Null(pages[0].Values[0].SerializedInput);
        var rest = hub.Client.GetAllInstancesAsync(query with { ContinuationToken = pages[1].ContinuationToken, FetchInputsAndOutputs = true });
        Assert.Equal("6", Assert.Single(await ListAsync(rest)).SerializedOutput);
        var failed = await ListAsync(hub.Client.GetAllInstancesAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal("f", Assert.Single(failed).InstanceId);
        Assert.Empty(await ListAsync(hub.Client.GetAllInstancesAsync(new OrchestrationQuery(CreatedFrom: hub.Time.GetUtcNow().AddDays(1)))));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await ListAsync(hub.Client.GetAllInstancesAsync(query with { ContinuationToken = "made up!" })));
    }

    [Fact]
    public async Task Purge_deletes_every_row_of_a_finished_instance_only()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Long", id: "done");
        Assert.Equal(3, (await hub.Store.ReadHistoryAsync("done", 0, 3, CancellationToken.None)).Count);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("running"));
        await hub.UntilAsync("running", OrchestrationRuntimeStatus.Running);

        Assert.Equal(0, (await hub.Client.PurgeInstanceAsync("nosuch")).PurgedInstanceCount);
        Assert.Equal(1, (await hub.Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Null(await hub.Client.GetInstanceAsync("done"));
        await Assert.ThrowsAsync<InvalidDataException>(() => hub.Store.ReadHistoryAsync("done", 0, 1, CancellationToken.None));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.Client.PurgeInstanceAsync("running"));
        Assert.Equal(
            "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID running has status Running",
            refused.Message);

        Assert.True(await hub.Host.PurgeAsync("running", CancellationToken.None));
        Assert.False(await hub.Host.PurgeAsync("running", CancellationToken.None));
        Assert.Null(await hub.Client.GetInstanceAsync("running"));
    }

    [Fact]
    public async Task Purge_by_filter_counts_what_it_deleted()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        for (var number = 0; number < 5; number++)
        {
            await hub.RunAsync("Echo", number, $"e-{number}");
        }

        await hub.RunAsync("Fail", id: "f");
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("running"));

        var result = await hub.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]));

        Assert.Equal((5, null), (result.PurgedInstanceCount, result.IsComplete));
        var left = (await ListAsync(hub.Client.GetAllInstancesAsync())).Select(static status => status.InstanceId);
        Assert.Equal(["f", "running"], left);
        Assert.Equal(1, (await hub.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), default(CancellationToken))).PurgedInstanceCount);
    }

    [Fact]
    public async Task Recursive_purge_takes_the_children_along()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Parent", new StartOrchestrationOptions("p"));
        await hub.UntilAsync("p-child", OrchestrationRuntimeStatus.Running);
        await hub.Client.RaiseEventAsync("p-child", "go", "on");
        await hub.CompletedAsync("p");

        var result = await hub.Client.PurgeInstanceAsync("p", new PurgeInstanceOptions(Recursive: true));

        Assert.Equal(2, result.PurgedInstanceCount);
        Assert.Null(await hub.Client.GetInstanceAsync("p-child"));
    }

    [Fact]
    public async Task Restart_runs_the_same_input_again_under_the_same_or_a_new_id()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 7, "id");

        Assert.Equal("id", await hub.Client.RestartAsync("id"));
        Assert.Equal("7", (await hub.CompletedAsync("id")).SerializedOutput);
        var other = await hub.Client.RestartAsync("id", restartWithNewInstanceId: true);

        Assert.NotEqual("id", other);
        Assert.Equal("7", (await hub.CompletedAsync(other)).SerializedOutput);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client.RestartAsync("nosuch"));
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("running"));
        await Assert.ThrowsAsync<TaskHubException>(() => hub.Client.RestartAsync("running"));
    }

    [Fact]
    public async Task Waiting_ends_with_the_instance_or_with_the_waiters_patience()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        var later = hub.Client.WaitForInstanceCompletionAsync("later");
        using var patience = new CancellationTokenSource();
        var never = hub.Client.WaitForInstanceCompletionAsync("never", patience.Token);

        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, new StartOrchestrationOptions("later"));

        Assert.Equal("later", (await later).InstanceId);
        await patience.CancelAsync();
        var canceled = await Assert.ThrowsAsync<OperationCanceledException>(() => never);
        Assert.Equal("The WaitForInstanceCompletionAsync operation was canceled.", canceled.Message);
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_refused_whole()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("id"));

        var refused = await Assert.ThrowsAsync<TaskHubException>(() => hub.Client.RaiseEventAsync("id", "go", new string('x', 500_000)));

        Assert.Equal(TaskHubError.TooLarge, refused.Error);
        refused = await Assert.ThrowsAsync<TaskHubException>(
            () => hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", new string('x', 500_000)));
        Assert.Equal(TaskHubError.TooLarge, refused.Error);
    }

    [Fact]
    public async Task The_history_of_an_instance_replays()
    {
        await using var hub = await TestHub.StartAsync(Executor);
        await hub.RunAsync("Echo", 1, "id");

        var turns = await hub.Host.ReadHistoryAsync("id", CancellationToken.None);

        Assert.NotNull(turns);
        Assert.Null(await hub.Host.ReadHistoryAsync("nosuch", CancellationToken.None));
        Assert.Equal(
            [nameof(OrchestratorStarted), nameof(ExecutionStarted), nameof(ExecutionCompleted)],
            Assert.Single(turns).Events.Select(static happened => happened.GetType().Name));
        HistoryReplay.Verify(new OrchestrationIdentity("Echo", "id"), turns, Executor);
    }

    private static async Task<List<OrchestrationMetadata>> ListAsync(IAsyncEnumerable<OrchestrationMetadata> found)
    {
        var list = new List<OrchestrationMetadata>();
        await foreach (var status in found)
        {
            list.Add(status);
        }

        return list;
    }
}
