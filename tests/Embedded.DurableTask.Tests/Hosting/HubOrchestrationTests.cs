using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>What orchestrations can do on a hub.</summary>
public sealed class HubOrchestrationTests
{
    [Fact]
    public async Task Activities_run_one_after_another_and_their_results_come_back()
    {
        var executor = new TestExecutor()
            .Orchestrator("Chain", async context =>
            {
                var text = context.GetInput<string>() ?? "";
                for (var step = 0; step < 3; step++)
                {
                    text = await context.CallActivityAsync<string>("Append", text);
                }

                return text;
            })
            .Activity<string, string>("Append", static text => text + "!");
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal("\"hi!!!\"", await hub.RunAsync("Chain", "hi"));
    }

    [Fact]
    public async Task A_fan_out_runs_no_more_activities_at_once_than_allowed()
    {
        var (running, most) = (0, 0);
        var executor = new TestExecutor()
            .Orchestrator("FanOut", static async context => (await Task.WhenAll(
                Enumerable.Range(0, 300).Select(item => context.CallActivityAsync<int>("Double", item)))).Sum())
            .Activity<int, int>("Double", async (item, _) =>
            {
                var now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return item * 2;
            });
        await using var hub = await TestHub.StartAsync(executor, wishes: new HubWishes { MaxConcurrentActivities = 3 });

        Assert.Equal($"{299 * 300}", await hub.RunAsync("FanOut"));
        Assert.InRange(most, 1, 3);
        Assert.Equal(300, executor.Calls.Count);
    }

    [Fact]
    public async Task A_function_that_hangs_in_all_its_calls_does_not_keep_another_one_waiting()
    {
        var release = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var executor = new TestExecutor()
            .Orchestrator("Slow", static async context => (await Task.WhenAll(
                Enumerable.Range(0, 20).Select(item => context.CallActivityAsync<int>("Hang", item)))).Length)
            .Orchestrator("Quick", static context => context.CallActivityAsync<int>("Double", 21))
            .Activity<int, int>("Hang", (_, _) => release.Task)
            .Activity<int, int>("Double", static item => item * 2);
        await using var hub = await TestHub.StartAsync(executor, wishes: new HubWishes { MaxConcurrentActivities = 4 });
        var slow = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Slow");
        await TestHub.UntilAsync(() => Task.FromResult(executor.Calls.Count == 3));

        Assert.Equal("42", await hub.RunAsync("Quick"));

        release.SetResult(1);
        Assert.Equal("20", (await hub.CompletedAsync(slow)).SerializedOutput);
    }

    [Fact]
    public async Task A_fan_out_that_outgrows_a_row_is_kept_in_several()
    {
        var text = new string('x', 20_000);
        var executor = new TestExecutor()
            .Orchestrator("FanOut", async context => (await Task.WhenAll(
                Enumerable.Range(0, 60).Select(_ => context.CallActivityAsync<string>("Echo", text)))).Sum(static result => result.Length))
            .Activity<string, string>("Echo", static input => input ?? "");
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal($"{60 * 20_000}", await hub.RunAsync("FanOut", id: "large"));

        var head = await hub.Store.ReadHeadAsync("large", CancellationToken.None);
        var turns = await hub.Host.ReadHistoryAsync("large", CancellationToken.None);
        Assert.True(head?.HistoryRows > 4, $"{head?.HistoryRows} rows");
        Assert.True(turns?.Count > 1);
    }

    [Fact]
    public async Task A_turn_that_fits_into_no_transaction_fails_its_instance_clearly()
    {
        var text = new string('x', 100_000);
        var executor = new TestExecutor()
            .Orchestrator("FanOut", async context => (await Task.WhenAll(
                Enumerable.Range(0, 60).Select(_ => context.CallActivityAsync<string>("Echo", text)))).Length)
            .Activity<string, string>("Echo", static input => input ?? "");
        await using var hub = await TestHub.StartAsync(executor);

        await hub.RunAsync("FanOut", id: "huge");

        var status = await hub.StatusAsync("huge");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, status.RuntimeStatus);
        Assert.Contains("bytes change at once", status.SerializedOutput, StringComparison.Ordinal);
        Assert.Empty(executor.Calls);
    }

    [Fact]
    public async Task A_result_that_fits_into_no_row_fails_the_call()
    {
        var executor = new TestExecutor()
            .Orchestrator("Call", static async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Large");
                }
                catch (TaskFailedException exception)
                {
                    return exception.FailureDetails.ErrorMessage;
                }
            })
            .Activity<object, string>("Large", static _ => new string('x', 500_000));
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Contains("result has 500,002 characters; 450,000 is the most.", await hub.RunAsync("Call"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_activity_fails_the_call_with_its_details()
    {
        var executor = new TestExecutor()
            .Orchestrator("Fails", static async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Throw", "x");
                }
                catch (TaskFailedException exception)
                {
                    return $"{exception.FailureDetails.ErrorType}|{exception.FailureDetails.ErrorMessage}|{exception.FailureDetails.InnerFailure?.ErrorType}";
                }
            })
            .Activity<string, string>("Throw", static string (_) => throw new InvalidOperationException("broken", new ArgumentException("why")));
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal("\"System.InvalidOperationException|broken|System.ArgumentException\"", await hub.RunAsync("Fails"));
    }

    [Fact]
    public async Task An_activity_that_nobody_knows_fails_the_call()
    {
        var executor = new TestExecutor().Orchestrator("Fails", static context => context.CallActivityAsync<string>("Nobody"));
        await using var hub = await TestHub.StartAsync(executor);

        await hub.RunAsync("Fails", id: "a");

        var status = await hub.StatusAsync("a");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, status.RuntimeStatus);
        Assert.StartsWith("Microsoft.DurableTask.TaskFailedException: Task 'Nobody' (#0) failed", status.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retried_activity_waits_on_durable_timers()
    {
        var attempts = 0;
        var executor = new TestExecutor()
            .Orchestrator("Retry", static async context =>
            {
                var began = context.CurrentUtcDateTime;
                var result = await context.CallActivityAsync<int>(
                    "Third", options: TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1), 2)));
                return $"{result} {context.CurrentUtcDateTime - began >= TimeSpan.FromMinutes(3)}";
            })
            .Activity<object, int>("Third", _ => ++attempts < 3 ? throw new TimeoutException("later") : attempts);
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal("\"3 True\"", await hub.RunAsync("Retry"));
    }

    [Fact]
    public async Task A_timer_fires_at_its_time_and_not_before()
    {
        var executor = new TestExecutor().Orchestrator("Sleep", static async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(100), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });
        await using var hub = await TestHub.StartAsync(executor);
        var began = hub.Time.GetUtcNow();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Sleep");
        await hub.UntilAsync(id, OrchestrationRuntimeStatus.Running);

        for (var day = 0; day < 99; day++)
        {
            hub.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.True((await hub.StatusAsync(id)).IsRunning);
        hub.Time.Advance(TimeSpan.FromDays(1));
        var finished = await hub.CompletedAsync(id, TimeSpan.FromSeconds(0.1));
        Assert.InRange(finished.ReadOutputAs<DateTime>(), began.UtcDateTime.AddDays(100), began.UtcDateTime.AddDays(100).AddHours(1));
    }

    [Fact]
    public async Task Sub_orchestrations_answer_their_parent()
    {
        var executor = new TestExecutor()
            .Orchestrator("Parent", static async context =>
            {
                var children = await Task.WhenAll(Enumerable.Range(0, 20).Select(
                    item => context.CallSubOrchestratorAsync<string>("Child", item, new SubOrchestrationOptions(instanceId: $"child-{item}"))));
                return string.Join(",", children);
            })
            .Orchestrator("Child", static context => Task.FromResult($"{context.GetInput<int>()}:{context.Parent?.Name}:{context.Parent?.InstanceId}"));
        await using var hub = await TestHub.StartAsync(executor);

        var expected = string.Join(",", Enumerable.Range(0, 20).Select(static item => $"{item}:Parent:p"));
        Assert.Equal($"\"{expected}\"", await hub.RunAsync("Parent", id: "p"));
        Assert.Equal("Completed", (await hub.StatusAsync("child-7")).RuntimeStatus.ToString());
    }

    [Fact]
    public async Task A_failing_child_fails_the_call_with_the_childs_failure()
    {
        var executor = new TestExecutor()
            .Orchestrator("Parent", static async context =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child");
                }
                catch (TaskFailedException exception)
                {
                    return $"{exception.FailureDetails.ErrorType}: {exception.FailureDetails.ErrorMessage}";
                }
            })
            .Orchestrator<string>("Child", static _ => throw new NotSupportedException("no"));
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal("\"System.NotSupportedException: no\"", await hub.RunAsync("Parent"));
    }

    [Fact]
    public async Task A_child_whose_id_is_taken_by_a_running_stranger_fails_the_call()
    {
        var executor = new TestExecutor()
            .Orchestrator("Parent", static async context =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: "taken"));
                }
                catch (TaskFailedException exception)
                {
                    return exception.FailureDetails.ErrorMessage;
                }
            })
            .Orchestrator("Wait", static context => context.WaitForExternalEvent<string>("go"));
        await using var hub = await TestHub.StartAsync(executor);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Wait", new StartOrchestrationOptions("taken"));

        Assert.Equal("\"An Orchestration instance with the ID taken already exists.\"", await hub.RunAsync("Parent"));
        Assert.True((await hub.StatusAsync("taken")).IsRunning);
    }

    [Fact]
    public async Task A_child_id_can_be_used_again_by_the_next_execution_of_its_parent()
    {
        var executor = new TestExecutor()
            .Orchestrator("Parent", static async context =>
            {
                var round = context.GetInput<int>();
                var result = await context.CallSubOrchestratorAsync<int>("Child", round, new SubOrchestrationOptions(instanceId: "child"));
                if (round < 3)
                {
                    context.ContinueAsNew(round + 1);
                    return 0;
                }

                return result;
            })
            .Orchestrator("Child", static context => Task.FromResult(context.GetInput<int>() * 10));
        await using var hub = await TestHub.StartAsync(executor);

        Assert.Equal("30", await hub.RunAsync("Parent", 1));
    }

    [Fact]
    public async Task ContinueAsNew_keeps_the_id_and_the_creation_time_and_sweeps_the_old_history()
    {
        var store = new InMemoryTaskHubStore(2);
        var executor = new TestExecutor()
            .Orchestrator("Loop", static async context =>
            {
                var (round, sum) = context.GetInput<(int, int)>();
                for (var step = 0; step < 5; step++)
                {
                    sum += await context.CallActivityAsync<int>("One");
                }

                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                await context.CallActivityAsync<int>("Large", new string('x', HistoryText.MaxRecent));
                if (round < 10)
                {
                    context.ContinueAsNew((round + 1, sum));
                }

                return sum;
            })
            .Activity<object, int>("One", static _ => 1)
            .Activity<string, int>("Large", static _ => 1);
        await using var hub = await TestHub.StartAsync(executor, store);
        var began = hub.Time.GetUtcNow();

        Assert.Equal("50", await hub.RunAsync("Loop", (1, 0), "loop"));

        var status = await hub.StatusAsync("loop");
        Assert.Equal(began, status.CreatedAt);
        Assert.Equal("""{"Item1":10,"Item2":45}""", status.SerializedInput);
        Assert.True(status.LastUpdatedAt >= began.AddMinutes(10));
        var head = await store.ReadHeadAsync("loop", CancellationToken.None);
        Assert.Equal((9, 1), (head?.Generation, head?.HistoryRows));
        Assert.Empty(head!.Stale);
        for (var generation = 0; generation < 9; generation++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadHistoryAsync("loop", generation, 1, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Events_that_nobody_took_are_carried_over_in_order()
    {
        var executor = new TestExecutor().Orchestrator("Sum", static async context =>
        {
            var seen = context.GetInput<List<int>>() ?? [];
            seen.Add(await context.WaitForExternalEvent<int>("n"));
            if (seen.Count < 6)
            {
                context.ContinueAsNew(seen);
            }

            return seen;
        });
        await using var hub = await TestHub.StartAsync(executor);
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Sum");
        for (var number = 1; number <= 6; number++)
        {
            await hub.Client.RaiseEventAsync(id, "n", number);
        }

        Assert.Equal("[1,2,3,4,5,6]", (await hub.CompletedAsync(id)).SerializedOutput);
        Assert.Empty((await hub.Store.ReadUnfinishedAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task An_orchestration_can_send_events_to_another()
    {
        var executor = new TestExecutor()
            .Orchestrator("Collect", static async context =>
            {
                var seen = new List<int>();
                while (seen.Count < 150)
                {
                    seen.Add(await context.WaitForExternalEvent<int>("n"));
                }

                return string.Join(",", seen);
            })
            .Orchestrator("Send", static context =>
            {
                for (var number = 0; number < 150; number++)
                {
                    context.SendEvent("collector", "n", number);
                }

                context.SendEvent("nobody", "n", 1);
                return Task.FromResult("sent");
            });
        await using var hub = await TestHub.StartAsync(executor);
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Collect", new StartOrchestrationOptions("collector"));

        Assert.Equal("\"sent\"", await hub.RunAsync("Send"));

        Assert.Equal($"\"{string.Join(",", Enumerable.Range(0, 150))}\"", (await hub.CompletedAsync("collector")).SerializedOutput);
        var left = await hub.Store.ReadUnfinishedAsync(CancellationToken.None);
        Assert.Empty(left.Outbox);
        Assert.Empty(left.Messages);
    }

    [Fact]
    public async Task An_evicted_orchestrator_is_replayed_when_something_arrives()
    {
        var executor = new TestExecutor().Orchestrator("Two", static async context =>
        {
            var first = await context.WaitForExternalEvent<int>("n");
            return first + await context.WaitForExternalEvent<int>("n");
        });
        await using var hub = await TestHub.StartAsync(executor, wishes: new HubWishes { MaxCachedSessions = 1 });
        string[] ids = ["a", "b", "c"];
        foreach (var id in ids)
        {
            await hub.Client.ScheduleNewOrchestrationInstanceAsync("Two", new StartOrchestrationOptions(id));
            await hub.UntilAsync(id, OrchestrationRuntimeStatus.Running);
        }

        for (var number = 1; number <= 2; number++)
        {
            foreach (var id in ids)
            {
                await hub.Client.RaiseEventAsync(id, "n", number);
            }
        }

        foreach (var id in ids)
        {
            Assert.Equal("3", (await hub.CompletedAsync(id)).SerializedOutput);
        }
    }
}
