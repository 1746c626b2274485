using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using static Embedded.DurableTask.Tests.Engine.MainOrchestration;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Durable timers.</summary>
public sealed class TimerTests
{
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
}
