using static Embedded.DurableTask.Tests.Engine.MainOrchestration;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Waiting for events, and who gets them.</summary>
public sealed class ExternalEventTests
{
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

    private sealed record Payload(int Id);
}
