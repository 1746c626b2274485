using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>When and how an execution ends, is suspended, or starts over.</summary>
public sealed class EndingTests
{
    [Fact]
    public void An_open_timer_holds_the_instance_open_until_it_fires()
    {
        var simulation = new Simulation(World(static context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return Task.FromResult("early");
        }));
        var instance = simulation.Start("Main");

        simulation.RunReady();
        Assert.Null(instance.Ending);

        simulation.RunToRest();
        Assert.Equal("\"early\"", instance.Output);
        Assert.Equal(2, instance.Turns.Count);
    }

    [Fact]
    public void A_cancelled_timer_does_not_hold_the_instance_open()
    {
        var simulation = new Simulation(World(static context =>
        {
            using var source = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromHours(1), source.Token);
            source.Cancel();
            return Task.FromResult("now");
        }));
        var instance = simulation.Start("Main");

        simulation.RunReady();

        Assert.Equal("\"now\"", instance.Output);
        Assert.Equal(0, simulation.OpenTimers);
        Assert.Equal(["TimerCreated", "TimerCanceled"], instance.Events.OfType<CommandEvent>().Select(static e => e.GetType().Name));
    }

    [Fact]
    public void An_open_activity_holds_a_failed_instance_open()
    {
        var simulation = new Simulation(World(static context =>
        {
            _ = context.CallActivityAsync("A");
            throw new MyEx("early");
        }));

        var instance = simulation.Run("Main");

        Assert.Equal("MyEx: early", instance.Failed.Output);
        Assert.Equal(2, instance.Turns.Count);
        Assert.Contains(instance.Turns[1].Events, static e => e is TaskCompleted);
    }

    [Fact]
    public void ContinueAsNew_waits_for_open_tasks_and_ignores_the_returned_value()
    {
        var simulation = new Simulation(World(static async context =>
        {
            if (context.GetInput<int>() == 2)
            {
                return "second";
            }

            _ = context.CallActivityAsync("A");
            context.ContinueAsNew(2);
            return await Task.FromResult("ignored");
        }));

        var instance = simulation.Run("Main", 1);

        Assert.Equal("\"second\"", instance.Output);
        Assert.Equal(2, instance.Generations.Count);
        Assert.Equal(2, instance.Generations[0].Turns.Count);
        Assert.Equal("2", Assert.IsType<ContinuedAsNew>(instance.Generations[0].Turns[^1].Events[^1]).Input);
        Assert.Equal(1, instance.Identity.Generation);
    }

    [Fact]
    public void Failing_beats_continuing_as_new()
    {
        var instance = new Simulation(World(static context =>
        {
            context.ContinueAsNew(2);
            throw new MyEx("after all");
        })).Run("Main", 1);

        Assert.Equal("MyEx: after all", instance.Failed.Output);
        Assert.Single(instance.Generations);
    }

    [Fact]
    public void The_last_ContinueAsNew_counts_and_may_change_the_version()
    {
        var simulation = new Simulation(World(static context =>
        {
            if (context.GetInput<int>() == 3)
            {
                return Task.FromResult(context.Version);
            }

            context.ContinueAsNew(2);
            context.ContinueAsNew(new ContinueAsNewOptions { NewInput = 3, NewVersion = "2.0" });
            return Task.FromResult("ignored");
        }));

        Assert.Equal("\"2.0\"", simulation.Run("Main", 1).Output);
    }

    [Fact]
    public void Events_of_the_last_turn_are_carried_over_even_if_they_come_after_ContinueAsNew()
    {
        var simulation = new Simulation(World(static async context =>
        {
            if (context.GetInput<int>() == 1)
            {
                await context.WaitForExternalEvent<int>("go");
                context.ContinueAsNew(2);
                return "ignored";
            }

            var a = await context.WaitForExternalEvent<string>("a");
            var b = await context.WaitForExternalEvent<string>("b");
            return a + b + await context.WaitForExternalEvent<string>("a");
        }));
        var instance = simulation.Start("Main", 1);
        simulation.RunToRest();
        simulation.Raise("inst", "a", "1");
        simulation.Raise("inst", "go", 0);
        simulation.Raise("inst", "b", "2");
        simulation.Raise("inst", "A", "3");

        simulation.RunToRest();

        Assert.Equal("\"123\"", instance.Output);
        var ending = Assert.IsType<ContinuedAsNew>(instance.Generations[0].Turns[^1].Events[^1]);
        Assert.Equal(["a", "b", "A"], ending.CarriedOver.Select(static e => e.Name));
    }

    [Fact]
    public void Events_can_be_left_behind()
    {
        var simulation = new Simulation(World(static async context =>
        {
            if (context.GetInput<int>() == 1)
            {
                await context.WaitForExternalEvent<int>("go");
                context.ContinueAsNew(2, preserveUnprocessedEvents: false);
                return "ignored";
            }

            try
            {
                return await context.WaitForExternalEvent<string>("a", TimeSpan.FromSeconds(1));
            }
            catch (TaskCanceledException)
            {
                return "nothing came";
            }
        }));
        var instance = simulation.Start("Main", 1);
        simulation.Raise("inst", "a", "1");
        simulation.Raise("inst", "go", 0);

        simulation.RunToRest();

        Assert.Equal("\"nothing came\"", instance.Output);
    }

    [Fact]
    public void A_suspended_instance_keeps_what_arrives_until_it_is_resumed()
    {
        var simulation = new Simulation(World(static async context =>
            await context.WaitForExternalEvent<string>("e") + await context.CallActivityAsync<string>("Echo", "!")));
        var instance = simulation.Run("Main");

        instance.Inbox.Add(new ExecutionSuspended(simulation.Now, "why"));
        simulation.Raise("inst", "e", "x");
        simulation.RunToRest();
        Assert.True(instance.IsSuspended);
        Assert.Null(instance.Ending);
        Assert.Empty(instance.Events.OfType<TaskScheduled>());

        instance.Inbox.Add(new ExecutionResumed(simulation.Now, "go"));
        simulation.RunToRest();
        Assert.False(instance.IsSuspended);
        Assert.Equal("\"x!\"", instance.Output);
    }

    [Fact]
    public void What_is_held_is_handed_out_in_order_after_a_replay_too()
    {
        var simulation = new Simulation(
            World(static async context =>
            {
                var all = "";
                for (var i = 0; i < 4; i++)
                {
                    all += await context.WaitForExternalEvent<string>("e");
                }

                return all;
            }),
            new Weather { DropsSession = static () => true });
        var instance = simulation.Run("Main");
        simulation.Raise("inst", "e", "1");
        instance.Inbox.Add(new ExecutionSuspended(simulation.Now));
        simulation.Raise("inst", "e", "2");
        simulation.RunToRest();
        simulation.Raise("inst", "e", "3");
        simulation.RunToRest();
        instance.Inbox.Add(new ExecutionResumed(simulation.Now));
        simulation.Raise("inst", "e", "4");

        simulation.RunToRest();

        Assert.Equal("\"1234\"", instance.Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Termination_ends_the_instance_at_once_suspended_or_not(bool suspended)
    {
        var simulation = new Simulation(World(static context => context.WaitForExternalEvent<string>("never")));
        var instance = simulation.Run("Main");
        if (suspended)
        {
            instance.Inbox.Add(new ExecutionSuspended(simulation.Now));
        }

        instance.Inbox.Add(new ExecutionTerminated(simulation.Now, "{\"bye\":1}"));
        simulation.RunToRest();

        Assert.Equal("{\"bye\":1}", Assert.IsType<OrchestrationEnding.Terminated>(instance.Ending).Output);
        var ending = Assert.IsType<ExecutionCompleted>(instance.Events.Last());
        Assert.Equal((CompletionStatus.Terminated, "{\"bye\":1}"), (ending.Status, ending.Result));
    }

    [Fact]
    public void Termination_beats_an_ending_of_the_same_turn()
    {
        var simulation = new Simulation(World(static context => context.WaitForExternalEvent<string>("e")));
        var instance = simulation.Run("Main");
        simulation.Raise("inst", "e", "x");
        instance.Inbox.Add(new ExecutionTerminated(simulation.Now, "stop"));

        simulation.RunToRest();

        Assert.IsType<OrchestrationEnding.Terminated>(instance.Ending);
    }

    [Fact]
    public void An_instance_can_be_terminated_before_it_starts()
    {
        var session = new OrchestrationSession(
            new OrchestrationIdentity("Main", "inst"), World(static _ => Task.FromResult("x")), DelegateExecutor.Converter,
            new ListLoggerFactory());

        var result = session.RunTurn(DateTime.UnixEpoch, [new ExecutionTerminated(DateTime.UnixEpoch, "never mind")]);

        Assert.IsType<OrchestrationEnding.Terminated>(result.Ending);
    }

    private static DelegateExecutor World(Func<TaskOrchestrationContext, Task<string>> code) => new DelegateExecutor()
        .Activity("A", static _ => null)
        .Activity<string, string>("Echo", static s => s!)
        .Orchestrator("Main", code);
}
