using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>The members of the orchestrator's context, one rule a test.</summary>
public sealed class ContextTests
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public void NewGuid_is_made_by_the_platforms_algorithm()
    {
        Assert.Equal(Guid.Parse("370d3d9a-7333-5a0f-8ab2-b41ade0b372d"), DeterministicGuid.Create("abc", Start, 0));
        Assert.Equal(Guid.Parse("98f65752-809f-5914-914d-f7da829ccb41"), DeterministicGuid.Create("abc", Start, 1));
    }

    [Fact]
    public void A_default_child_id_is_the_next_guid()
    {
        var result = FirstTurn(static context => context.CallSubOrchestratorAsync("Child"), id: "abc");

        Assert.Equal("370d3d9a73335a0f8ab2b41ade0b372d", result.Record.Events.OfType<SubOrchestrationCreated>().Single().InstanceId);
    }

    [Fact]
    public void Commands_are_numbered_from_zero_whatever_they_are()
    {
        var result = FirstTurn(static async context =>
        {
            var activity = context.CallActivityAsync("A");
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            context.SendEvent("other", "e", 1);
            await Task.WhenAll(activity, timer, context.CallSubOrchestratorAsync("Child"));
        });

        Assert.Equal(
            [("TaskScheduled", 0), ("TimerCreated", 1), ("EventSent", 2), ("SubOrchestrationCreated", 3)],
            result.Record.Events.OfType<CommandEvent>().Select(static c => (c.GetType().Name, c.TaskId)));
    }

    [Fact]
    public void The_clock_is_the_turns_and_of_kind_utc()
    {
        var times = new List<DateTime>();
        var session = Session(async context =>
        {
            times.Add(context.CurrentUtcDateTime);
            await context.CallActivityAsync("A");
            times.Add(context.CurrentUtcDateTime);
        });

        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);
        session.RunTurn(Start.AddSeconds(7), [new TaskCompleted(Start.AddSeconds(6), 0)]);

        Assert.Equal([Start, Start.AddSeconds(7)], times);
        Assert.All(times, static time => Assert.Equal(DateTimeKind.Utc, time.Kind));
    }

    [Fact]
    public void The_clock_never_goes_back_nor_stands_before_a_timer_that_fired()
    {
        var session = Session(static async context =>
        {
            await context.CallActivityAsync("A");
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            await context.WaitForExternalEvent<int>("never");
        });
        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);

        var early = session.RunTurn(Start.AddMinutes(-5), [new TaskCompleted(Start, 0)]);
        var fired = session.RunTurn(Start.AddSeconds(59), [new TimerFired(Start.AddSeconds(59), 1, Start.AddMinutes(1))]);

        Assert.Equal(Start, early.Record.Events[0].Timestamp);
        Assert.Equal(Start.AddMinutes(1), fired.Record.Events[0].Timestamp);
    }

    [Fact]
    public void A_timer_over_three_days_is_made_of_several()
    {
        var simulation = new Simulation(World(static context => context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None)));
        var begin = simulation.Now;

        var instance = simulation.Run("Main");

        Assert.Equal([3, 6, 7], instance.Events.OfType<TimerCreated>().Select(timer => (int)(timer.FireAt - begin).TotalDays));
        Assert.IsType<OrchestrationEnding.Completed>(instance.Ending);
    }

    [Fact]
    public void A_cancelled_token_cancels_a_new_timer_at_once()
    {
        var instance = new Simulation(World(static async context =>
        {
            try
            {
                await context.CreateTimer(TimeSpan.FromDays(9), new CancellationToken(canceled: true));
                return "fired";
            }
            catch (TaskCanceledException canceled)
            {
                return canceled.Message;
            }
        })).Run("Main");

        Assert.Equal("\"A task was canceled.\"", instance.Output);
    }

    [Fact]
    public void A_local_fire_time_is_turned_into_utc()
    {
        var fireAt = new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Local);

        var result = FirstTurn(context => context.CreateTimer(fireAt, CancellationToken.None), now: fireAt.ToUniversalTime().AddDays(-1));

        var timer = result.Record.Events.OfType<TimerCreated>().Single();
        Assert.Equal((fireAt.ToUniversalTime(), DateTimeKind.Utc), (timer.FireAt, timer.FireAt.Kind));
    }

    [Fact]
    public void An_event_in_time_cancels_the_timer_of_its_wait()
    {
        var simulation = new Simulation(World(static context => context.WaitForExternalEvent<string>("e", TimeSpan.FromDays(1))));
        var instance = simulation.Start("Main");
        simulation.RunReady();
        simulation.Raise("inst", "e", "x");
        simulation.RunReady();

        Assert.Equal("\"x\"", instance.Output);
        Assert.Equal(0, simulation.OpenTimers);
    }

    [Fact]
    public void A_wait_that_timed_out_does_not_swallow_the_next_event()
    {
        var simulation = new Simulation(World(static async context =>
        {
            for (var waits = 1; ; waits++)
            {
                try
                {
                    return $"{await context.WaitForExternalEvent<string>("e", TimeSpan.FromMinutes(1))} after {waits}";
                }
                catch (TaskCanceledException) when (waits < 5)
                {
                }
            }
        }));
        var instance = simulation.Start("Main");
        simulation.RunReady();
        simulation.Step();
        simulation.RunReady();
        simulation.Step();
        simulation.RunReady();
        simulation.Raise("inst", "e", "x");
        simulation.RunToRest();

        Assert.Equal("\"x after 3\"", instance.Output);
    }

    [Fact]
    public void An_older_waiter_gets_the_event_if_the_newest_was_cancelled()
    {
        var simulation = new Simulation(World(static async context =>
        {
            using var source = new CancellationTokenSource();
            var first = context.WaitForExternalEvent<string>("e");
            var second = context.WaitForExternalEvent<string>("E", source.Token);
            source.Cancel();
            return $"{await first} {second.IsCanceled}";
        }));
        var instance = simulation.Run("Main");
        simulation.Raise("inst", "e", "x");
        simulation.RunToRest();

        Assert.Equal("\"x True\"", instance.Output);
    }

    [Fact]
    public void A_kept_event_is_taken_even_by_a_cancelled_wait()
    {
        var simulation = new Simulation(World(static async context =>
        {
            await context.CallActivityAsync("A");
            return await context.WaitForExternalEvent<string>("e", new CancellationToken(canceled: true));
        }));
        var instance = simulation.Start("Main");
        simulation.Raise("inst", "e", "x");
        simulation.RunToRest();

        Assert.Equal("\"x\"", instance.Output);
    }

    [Fact]
    public void Waiting_for_one_name_with_two_types_is_refused()
    {
        var instance = new Simulation(World(static async context =>
        {
            var number = context.WaitForExternalEvent<int>("e");
            await Task.WhenAll(number, context.WaitForExternalEvent<string>("E"));
        })).Run("Main");

        Assert.Equal("System.ArgumentException", instance.Failed.Failure.ErrorType);
        Assert.Contains("Expected System.Int32 but was requested System.String", instance.Failed.Failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_of_the_wrong_shape_fails_its_wait()
    {
        var simulation = new Simulation(World(static context => context.WaitForExternalEvent<int>("e")));
        var instance = simulation.Run("Main");
        simulation.Raise("inst", "e", "text");
        simulation.RunToRest();

        Assert.Equal("System.Text.Json.JsonException", instance.Failed.Failure.ErrorType);
    }

    [Fact]
    public void An_event_without_payload_gives_the_default()
    {
        var simulation = new Simulation(World(static async context =>
            $"{await context.WaitForExternalEvent<int>("n")},{await context.WaitForExternalEvent<string>("s") ?? "null"}"));
        var instance = simulation.Start("Main");
        simulation.Raise("inst", "n");
        simulation.Raise("inst", "s");
        simulation.RunToRest();

        Assert.Equal("\"0,null\"", instance.Output);
    }

    [Fact]
    public void Options_passed_as_input_are_refused()
    {
        foreach (var call in new Func<TaskOrchestrationContext, Task>[]
        {
            static context => context.CallActivityAsync("A", (object)new TaskOptions()),
            static context => context.CallSubOrchestratorAsync("Child", (object)new SubOrchestrationOptions()),
        })
        {
            var instance = new Simulation(World(call)).Run("Main");

            Assert.Equal("System.ArgumentException", instance.Failed.Failure.ErrorType);
            Assert.Contains("Did you actually mean to provide a TaskOptions value", instance.Failed.Failure.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_call_without_a_name_is_refused()
    {
        var instance = new Simulation(World(static context => context.CallActivityAsync(default))).Run("Main");

        Assert.Equal("System.ArgumentException", instance.Failed.Failure.ErrorType);
    }

    [Fact]
    public void Two_live_children_of_one_id_are_refused_one_after_the_other_is_not()
    {
        var options = new SubOrchestrationOptions(instanceId: "child");

        var both = new Simulation(World(async context => await Task.WhenAll(
            context.CallSubOrchestratorAsync("Child", options), context.CallSubOrchestratorAsync("Child", options)))).Run("Main");
        var inTurn = new Simulation(World(async context =>
        {
            await context.CallSubOrchestratorAsync("Child", options);
            await context.CallSubOrchestratorAsync("Child", options);
        })).Run("Main");
        var self = new Simulation(World(static context => context.CallSubOrchestratorAsync(
            "Child", new SubOrchestrationOptions(instanceId: "inst")))).Run("Main");

        Assert.Contains("'child' belongs to an instance that is still running", both.Failed.Output, StringComparison.Ordinal);
        Assert.IsType<OrchestrationEnding.Completed>(inTurn.Ending);
        Assert.Contains("'inst' belongs to an instance", self.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_custom_status_is_limited_to_16_KB_of_utf16()
    {
        var fits = new string('x', (EngineLimits.MaxCustomStatusBytes / 2) - 2);

        var kept = new Simulation(World(context => { context.SetCustomStatus(fits); return Task.CompletedTask; })).Run("Main");
        var refused = new Simulation(World(context => { context.SetCustomStatus(fits + "x"); return Task.CompletedTask; })).Run("Main");

        Assert.Equal($"\"{fits}\"", kept.CustomStatus);
        Assert.Equal("System.ArgumentException", refused.Failed.Failure.ErrorType);
        Assert.Contains("must not exceed 16 KB", refused.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_custom_status_stays_and_can_be_cleared()
    {
        var simulation = new Simulation(
            World(static async context =>
            {
                context.SetCustomStatus("one");
                context.SetCustomStatus("two");
                await context.CallActivityAsync("A");
                await context.WaitForExternalEvent<int>("clear");
                context.SetCustomStatus(null);
            }),
            new Weather { DropsSession = static () => true });
        var instance = simulation.Run("Main");
        Assert.Equal("\"two\"", instance.CustomStatus);

        simulation.Raise("inst", "clear");
        simulation.RunToRest();
        Assert.Null(instance.CustomStatus);
    }

    [Fact]
    public void Versions_go_from_the_orchestration_to_activities_and_from_the_options_to_children()
    {
        var result = FirstTurn(
            static async context =>
            {
                var tagged = new TaskOptions { Version = "9", Tags = new Dictionary<string, string> { ["k"] = "v" } };
                await Task.WhenAll(
                    context.CallActivityAsync("A"),
                    context.CallActivityAsync("B", tagged),
                    context.CallSubOrchestratorAsync("Child"),
                    context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(tagged)),
                    context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions { Version = "8" }));
            },
            version: "1.2");

        Assert.Equal(
            [("A", "1.2", null), ("B", "9", "v")],
            result.Record.Events.OfType<TaskScheduled>().Select(static t => (t.Name, t.Version, t.Tags?["k"])));
        Assert.Equal([null, "9", "8"], result.Record.Events.OfType<SubOrchestrationCreated>().Select(static c => c.Version));
    }

    [Fact]
    public void CompareVersionTo_compares_with_the_orchestrations_version()
    {
        var compared = new List<int>();

        FirstTurn(
            context =>
            {
                compared.AddRange([context.CompareVersionTo("1.9"), context.CompareVersionTo("1.10"), context.CompareVersionTo("2.0")]);
                return Task.CompletedTask;
            },
            version: "1.10");

        Assert.Equal([1, 0, -1], compared.Select(Math.Sign));
    }

    [Fact]
    public void An_execution_has_at_most_100_000_commands()
    {
        var result = FirstTurn(static context =>
        {
            for (var i = 0; i <= EngineLimits.MaxCommandsPerExecution; i++)
            {
                context.SendEvent("other", "e", 0);
            }

            return Task.CompletedTask;
        });

        Assert.Contains(
            "Maximum amount of orchestration actions (100,000)", Assert.IsType<OrchestrationEnding.Failed>(result.Ending).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sent_events_are_commands_of_the_ending_turn_too()
    {
        var executor = World(static context =>
        {
            context.SendEvent("receiver", "done", new { Id = 7 });
            return Task.CompletedTask;
        }).Orchestrator("Receiver", static async context => (await context.WaitForExternalEvent<Payload>("DONE")).Id);
        var simulation = new Simulation(executor);
        var receiver = simulation.Run("Receiver", id: "receiver");

        simulation.Run("Main");

        Assert.Equal("7", receiver.Output);
    }

    [Fact]
    public void A_duplicate_or_late_completion_changes_nothing()
    {
        var log = new ListLoggerFactory();
        var session = Session(
            static async context => await context.CallActivityAsync<int>("A") + await context.WaitForExternalEvent<int>("e"), log);
        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);

        session.RunTurn(Start, [new TaskCompleted(Start, 0, "1"), new TaskCompleted(Start, 0, "100"), new TaskCompleted(Start, 5, "100")]);
        session.RunTurn(Start, [new TaskFailed(Start, 0, new FailureRecord("T", "late")), new TimerFired(Start, 0, Start)]);
        var result = session.RunTurn(Start, [new EventRaised(Start, "e", "2")]);

        Assert.Equal("3", Assert.IsType<OrchestrationEnding.Completed>(result.Ending).Output);
        Assert.Equal(4, log.Entries.Count(static entry => entry.Id.Id == 2001));
    }

    [Fact]
    public void A_turn_may_come_on_any_thread()
    {
        var session = Session(static async context => await context.CallActivityAsync<int>("A") + await context.CallActivityAsync<int>("B"));
        var callersContext = SynchronizationContext.Current;
        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);
        OrchestrationEnding? ending = null;

        var thread = new Thread(() =>
        {
            session.RunTurn(Start, [new TaskCompleted(Start, 0, "1")]);
            ending = session.RunTurn(Start, [new TaskCompleted(Start, 1, "2")]).Ending;
        });
        thread.Start();
        thread.Join();

        Assert.Equal("3", Assert.IsType<OrchestrationEnding.Completed>(ending).Output);
        Assert.Same(callersContext, SynchronizationContext.Current);
    }

    // Quadratic book-keeping would take minutes here.
    [Fact]
    public void A_wide_fan_out_takes_time_in_proportion()
    {
        const int Width = 50_000;
        var session = Session(static async context => (await Task.WhenAll(
            Enumerable.Range(0, Width).Select(i => context.CallActivityAsync<int>("A", i)))).Sum(static n => (long)n));
        var deadline = TimeSpan.FromSeconds(20);
        var begin = TimeProvider.System.GetTimestamp();

        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);
        var result = session.RunTurn(Start, [.. Enumerable.Range(0, Width).Select(static i => new TaskCompleted(Start, i, $"{i}"))]);

        Assert.Equal($"{(long)Width * (Width - 1) / 2}", Assert.IsType<OrchestrationEnding.Completed>(result.Ending).Output);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, deadline);
    }

    private static DelegateExecutor World(Func<TaskOrchestrationContext, Task> code) => World().Orchestrator("Main", code);

    private static DelegateExecutor World<T>(Func<TaskOrchestrationContext, Task<T>> code) => World().Orchestrator("Main", code);

    private static DelegateExecutor World() => new DelegateExecutor()
        .Activity("A", static _ => null)
        .Orchestrator("Child", static _ => Task.CompletedTask);

    private static OrchestrationSession Session(Func<TaskOrchestrationContext, Task> code) =>
        new(new OrchestrationIdentity("Main", "inst"), World(code), DelegateExecutor.Converter, new ListLoggerFactory());

    private static OrchestrationSession Session<T>(Func<TaskOrchestrationContext, Task<T>> code, ListLoggerFactory? log = null) =>
        new(new OrchestrationIdentity("Main", "inst"), World(code), DelegateExecutor.Converter, log ?? new ListLoggerFactory());

    private static TurnResult FirstTurn(
        Func<TaskOrchestrationContext, Task> code, string id = "inst", string version = "", DateTime? now = null)
    {
        var session = new OrchestrationSession(
            new OrchestrationIdentity("Main", id, Version: version), World(code), DelegateExecutor.Converter, new ListLoggerFactory());
        return session.RunTurn(now ?? Start, [new ExecutionStarted(Start, "Main", Version: version)]);
    }

    private sealed record Payload(int Id);
}
