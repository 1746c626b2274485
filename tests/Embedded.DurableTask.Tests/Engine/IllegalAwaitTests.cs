using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Whatever an orchestrator awaits beside durable tasks: it fails with the platform's message and never hangs.</summary>
public sealed class IllegalAwaitTests
{
    // Stands for whatever goes on outside of the turn and takes its time.
    private static readonly TaskCompletionSource<int> Never = new();

    public static TheoryData<string> Cases => [.. IllegalCode.Keys];

    private static Dictionary<string, Func<TaskOrchestrationContext, Task>> IllegalCode { get; } = new()
    {
        ["Task.Delay"] = static async _ => await Task.Delay(TimeSpan.FromMinutes(5)),
        ["Task.Delay without context"] = static async _ => await Task.Delay(TimeSpan.FromMinutes(5)).ConfigureAwait(false),
        ["Task.Run"] = static async _ => await Task.Run(static () => Never.Task),
        ["Task.Run without context"] = static async _ => await Task.Run(static () => Never.Task).ConfigureAwait(false),
        ["foreign source"] = static async _ => await Never.Task,
        ["foreign source without context"] = static async _ => await Never.Task.ConfigureAwait(false),
        ["WhenAny of foreign tasks"] = static async _ => await Task.WhenAny(Never.Task, Task.Delay(TimeSpan.FromMinutes(5))),
        ["WhenAll of a durable and a foreign task"] = static async context =>
            await Task.WhenAll(context.CallActivityAsync("A"), Never.Task),
        ["foreign task after a durable one"] = static async context =>
        {
            await context.CallActivityAsync("A");
            await Never.Task;
        },
        ["foreign task while a durable one is open"] = static async context =>
        {
            var open = context.CallActivityAsync("A");
            await Never.Task;
            await open;
        },
        ["durable task without context"] = static async context =>
        {
            await context.CallActivityAsync("A").ConfigureAwait(false);
            await context.CallActivityAsync("A");
        },
        ["durable task without context at the end"] = static async context =>
            await context.CallActivityAsync("A").ConfigureAwait(false),
        ["endless yielding"] = static async _ =>
        {
            while (true)
            {
                await Task.Yield();
            }
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_illegal_await_fails_the_instance(string name)
    {
        var executor = new DelegateExecutor().Activity("A", static _ => null).Orchestrator("Main", IllegalCode[name]);

        var instance = new Simulation(executor).Run("Main");

        Assert.Equal(("System.InvalidOperationException", IllegalAwait.Message), (instance.Failed.Failure.ErrorType, instance.Failed.Failure.ErrorMessage));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_illegal_await_fails_the_instance_after_a_replay_too(string name)
    {
        var executor = new DelegateExecutor().Activity("A", static _ => null).Orchestrator("Main", IllegalCode[name]);

        var instance = new Simulation(executor, new Weather { DropsSession = static () => true }).Run("Main");

        Assert.Equal(IllegalAwait.Message, instance.Failed.Failure.ErrorMessage);
    }

    [Fact]
    public void A_continuation_from_another_thread_is_logged_and_fails_the_next_turn()
    {
        var foreign = new TaskCompletionSource();
        var log = new ListLoggerFactory();
        var resumed = false;
        var executor = new DelegateExecutor().Orchestrator("Main", async context =>
        {
            var answer = context.WaitForExternalEvent<int>("answer");
            await foreign.Task;
            resumed = true;
            await answer;
        });
        var simulation = new Simulation(executor, loggers: log);
        var instance = simulation.Run("Main");
        Assert.Null(instance.Ending);

        OnAnotherThread(foreign.SetResult);
        simulation.Raise("inst", "other");
        simulation.RunToRest();

        Assert.Equal(IllegalAwait.Message, instance.Failed.Failure.ErrorMessage);
        Assert.False(resumed);
        Assert.Contains(log.Entries, static entry => entry is (LogLevel.Error, { Id: 2000 }, _));
    }

    [Fact]
    public void A_call_from_another_thread_is_refused()
    {
        TaskOrchestrationContext? leaked = null;
        var executor = new DelegateExecutor().Orchestrator("Main", async context =>
        {
            leaked = context;
            await context.WaitForExternalEvent<int>("never");
        });
        var simulation = new Simulation(executor);
        var instance = simulation.Run("Main");

        Assert.Equal(IllegalAwait.Message, Assert.Throws<InvalidOperationException>(() => leaked!.NewGuid()).Message);
        Assert.Throws<InvalidOperationException>(() => leaked!.SetCustomStatus("x"));
        Assert.Throws<InvalidOperationException>(() => leaked!.SendEvent("a", "b", "c"));
        Assert.Throws<InvalidOperationException>(() => leaked!.ContinueAsNew());
        Assert.Throws<InvalidOperationException>(() => { _ = leaked!.WaitForExternalEvent<int>("x"); });
        Assert.True(leaked!.CallActivityAsync("A").IsFaulted);
        Assert.True(leaked!.CreateTimer(TimeSpan.Zero, CancellationToken.None).IsFaulted);

        simulation.Raise("inst", "other");
        simulation.RunToRest();
        Assert.Equal(IllegalAwait.Message, instance.Failed.Failure.ErrorMessage);
    }

    [Fact]
    public void A_wall_clock_cancellation_does_not_cancel_a_durable_wait()
    {
        using var wallClock = new CancellationTokenSource();
        var executor = new DelegateExecutor().Orchestrator("Main", async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(1), wallClock.Token);
            await Task.WhenAny(timer, context.WaitForExternalEvent<int>("x", wallClock.Token));
        });
        var simulation = new Simulation(executor);
        var instance = simulation.Start("Main");
        simulation.RunReady();

        OnAnotherThread(wallClock.Cancel);
        simulation.RunToRest();

        Assert.Equal(IllegalAwait.Message, instance.Failed.Failure.ErrorMessage);
        Assert.DoesNotContain(instance.Events, static e => e is TimerCanceled);
    }

    // The platform runs a yielded continuation at once; ours runs it in the same turn: the same to the orchestrator.
    [Fact]
    public void Yielding_is_forgiven()
    {
        var executor = new DelegateExecutor().Activity<int, int>("Twice", static n => 2 * n).Orchestrator("Main", static async context =>
        {
            await Task.Yield();
            var four = await context.CallActivityAsync<int>("Twice", 2);
            await Task.Yield();
            return await context.CallActivityAsync<int>("Twice", four);
        });

        Assert.Equal("8", new Simulation(executor).Run("Main").Output);
        Assert.Equal("8", new Simulation(executor, new Weather { DropsSession = static () => true }).Run("Main").Output);
    }

    [Fact]
    public void A_foreign_task_that_is_complete_already_is_forgiven()
    {
        var executor = new DelegateExecutor().Orchestrator("Main", static async _ => await Task.FromResult(7));

        Assert.Equal("7", new Simulation(executor).Run("Main").Output);
    }

    [Fact]
    public void An_exception_that_nobody_can_catch_fails_the_instance()
    {
        var executor = new DelegateExecutor().Orchestrator("Main", static async context =>
        {
            Throw();
            await context.WaitForExternalEvent<int>("never");

            static async void Throw()
            {
                await Task.Yield();
                throw new MyEx("nobody awaits me");
            }
        });

        Assert.Equal("MyEx: nobody awaits me", new Simulation(executor).Run("Main").Failed.Output);
    }

    private static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }
}
