using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using static Embedded.DurableTask.Tests.Engine.MainOrchestration;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>What a turn is, whatever the orchestrator calls.</summary>
public sealed class TurnTests
{
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
}
