using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Retries as orchestrator code on durable timers.</summary>
public sealed class RetryTests
{
    private static readonly DateTime Start = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(4, 1.0, null, new[] { 10, 10, 10 })]
    [InlineData(5, 2.0, null, new[] { 10, 20, 40, 80 })]
    [InlineData(5, 3.0, 50, new[] { 10, 30, 50, 50 })]
    [InlineData(1, 2.0, null, new int[0])]
    public void The_waits_grow_by_the_coefficient_up_to_the_longest(int attempts, double coefficient, int? longest, int[] waits)
    {
        var policy = new RetryPolicy(
            attempts, TimeSpan.FromSeconds(10), coefficient, longest is { } s ? TimeSpan.FromSeconds(s) : null);

        var instance = Run(new TaskOptions(policy));

        Assert.Equal(waits, Waits(instance));
        Assert.Equal(attempts, instance.Events.OfType<TaskScheduled>().Count());
        Assert.Equal($"Task 'Fails' (#{2 * (attempts - 1)}) failed with an unhandled exception: no {attempts}", instance.Failed.Failure.ErrorMessage);
    }

    [Fact]
    public void An_infinite_longest_wait_and_a_steep_coefficient_end_at_the_end_of_time()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromDays(300), 1e12, Timeout.InfiniteTimeSpan);

        var simulation = new Simulation(Failing(new TaskOptions(policy)));
        var instance = simulation.Start("Main");
        simulation.RunReady();
        simulation.Step();
        simulation.RunReady();

        Assert.Equal(DateTime.MaxValue.Date, instance.Events.OfType<TimerCreated>().Last().FireAt.Date);
    }

    [Fact]
    public void No_attempt_begins_after_the_timeout()
    {
        var policy = new RetryPolicy(100, TimeSpan.FromSeconds(10), retryTimeout: TimeSpan.FromSeconds(25));

        var instance = Run(new TaskOptions(policy));

        Assert.Equal([10, 10, 10], Waits(instance));
    }

    [Theory]
    [InlineData("no 2", 2)]
    [InlineData("never", 3)]
    public void HandleFailure_decides_which_failures_are_worth_it(string giveUpAt, int attempts)
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = failure => failure.ErrorMessage != giveUpAt };

        var instance = Run(new TaskOptions(policy));

        Assert.Equal(attempts, instance.Events.OfType<TaskScheduled>().Count());
    }

    [Fact]
    public void A_HandleFailure_that_throws_leaves_the_tasks_failure_to_be_seen()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = static _ => throw new InvalidCastException("bug") };

        var instance = Run(new TaskOptions(policy));

        Assert.Contains("no 1", instance.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_may_wait_on_a_durable_timer_and_sees_the_time_passed()
    {
        var seen = new List<(int Attempt, double Seconds)>();
        var options = new TaskOptions(new TaskRetryOptions(async retry =>
        {
            seen.Add((retry.LastAttemptNumber, Math.Round(retry.TotalRetryTime.TotalSeconds)));
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromSeconds(30), CancellationToken.None);
            return retry.LastAttemptNumber < 3;
        }));

        var instance = Run(options);

        Assert.Equal([(1, 0), (2, 30), (3, 60)], seen);
        Assert.Equal([30, 30, 30], Waits(instance));
        Assert.Contains("no 3", instance.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_cannot_be_cured_is_not_tried_again()
    {
        var session = Session(static context => context.CallActivityAsync(
            "Fails", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1)))));
        session.RunTurn(Start, [new ExecutionStarted(Start, "Main")]);

        var result = session.RunTurn(Start, [new TaskFailed(Start, 0, new FailureRecord("T", "final", IsNonRetriable: true))]);

        Assert.Contains("final", Assert.IsType<OrchestrationEnding.Failed>(result.Ending).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sub_orchestration_is_tried_again_under_the_same_id()
    {
        var runs = 0;
        var executor = new DelegateExecutor()
            .Orchestrator<int>("Child", _ => ++runs < 3 ? throw new MyEx("child") : Task.FromResult(runs))
            .Orchestrator("Main", static context => context.CallSubOrchestratorAsync<int>(
                "Child", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)))));

        var instance = new Simulation(executor).Run("Main");

        Assert.Equal("3", instance.Output);
        var children = instance.Events.OfType<SubOrchestrationCreated>().ToList();
        Assert.Equal([0, 2, 4], children.Select(static c => c.TaskId));
        Assert.Single(children.Select(static c => c.InstanceId).Distinct());
    }

    [Fact]
    public void A_result_of_another_type_is_not_a_failure_of_the_task()
    {
        var executor = new DelegateExecutor()
            .Activity<string, string>("Text", static _ => "not a number")
            .Orchestrator("Main", static context => context.CallActivityAsync<int>(
                "Text", "x", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1)))));

        var instance = new Simulation(executor).Run("Main");

        Assert.Equal("System.Text.Json.JsonException", instance.Failed.Failure.ErrorType);
        Assert.Single(instance.Events.OfType<TaskScheduled>());
    }

    private static SimulatedInstance Run(TaskOptions options) => new Simulation(Failing(options)).Run("Main");

    private static DelegateExecutor Failing(TaskOptions options)
    {
        var attempts = 0;
        return new DelegateExecutor()
            .Activity("Fails", _ => throw new MyEx($"no {++attempts}"))
            .Orchestrator("Main", context => context.CallActivityAsync("Fails", options));
    }

    private static IEnumerable<int> Waits(SimulatedInstance instance) => instance.Turns.SelectMany(static turn =>
        turn.Events.OfType<TimerCreated>().Select(timer => (int)Math.Round((timer.FireAt - turn.Events[0].Timestamp).TotalSeconds)));

    private static OrchestrationSession Session(Func<TaskOrchestrationContext, Task> code) => new(
        new OrchestrationIdentity("Main", "inst"), new DelegateExecutor().Orchestrator("Main", code), DelegateExecutor.Converter,
        new ListLoggerFactory());
}
