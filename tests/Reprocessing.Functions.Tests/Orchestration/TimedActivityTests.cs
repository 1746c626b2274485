namespace Reprocessing.Functions.Tests.Orchestration;

public sealed class TimedActivityTests
{
    private static readonly ActivityPolicy Policy = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task A_call_that_succeeds_is_made_once_and_leaves_no_timer_open()
    {
        var harness = new OrchestrationHarness(null).Activity<string, string>("Echo", text => text + "!");

        var answer = await harness.Context.CallTimedAsync<string>("Echo", "a", Policy);

        Assert.Equal("a!", answer);
        Assert.Single(harness.Calls);
        Assert.Equal(0, harness.OpenGuards);
    }

    [Fact]
    public async Task A_failing_call_is_made_three_times_with_doubling_waits_and_then_fails()
    {
        var harness = new OrchestrationHarness(null)
            .Activity<string, string>("Boom", _ => throw OrchestrationHarness.Failure("Boom", "no"));

        await Assert.ThrowsAsync<Microsoft.DurableTask.TaskFailedException>(() => harness.Context.CallTimedAsync<string>("Boom", "a", Policy));

        Assert.Equal(3, harness.Calls.Count);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], harness.Waits);
        Assert.Equal(0, harness.OpenGuards);
    }

    [Fact]
    public async Task A_call_without_an_answer_is_given_up_only_after_ten_times_its_limit_and_made_again()
    {
        var calls = 0;
        var harness = new OrchestrationHarness(null)
            .ActivityAsync<string, string>("Slow", _ => ++calls == 1 ? new TaskCompletionSource<string>().Task : Task.FromResult("late"));
        var start = harness.Now;

        var answer = await harness.Context.CallTimedAsync<string>("Slow", "a", Policy);

        Assert.Equal("late", answer);
        Assert.Equal(2, calls);
        Assert.Equal((10 * Policy.Timeout) + TimeSpan.FromSeconds(1), harness.Now - start);
    }

    [Fact]
    public async Task A_call_that_always_hangs_ends_as_a_timeout_after_three_attempts()
    {
        var harness = new OrchestrationHarness(null).ActivityAsync<string, string>("Slow", _ => new TaskCompletionSource<string>().Task);

        var thrown = await Assert.ThrowsAsync<TimeoutException>(() => harness.Context.CallTimedAsync<string>("Slow", "a", Policy));

        Assert.Contains("Slow", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(3, harness.Calls.Count);
    }

    [Fact]
    public async Task The_activity_is_told_its_limit_and_the_time_before_it_begins_does_not_count()
    {
        var told = new List<TimeSpan?>();
        var simulation = new OrchestrationSimulation(new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        simulation.Activity<Work, string>("Queued", TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1), input =>
        {
            told.Add(input.TimeLimit);
            return $"{input.Text}!";
        });

        var answer = await simulation.RunAsync<object, string>(
            new { }, context => context.CallTimedAsync<string>("Queued", new Work("a"), Policy));

        Assert.Equal("a!", answer);
        Assert.Equal([Policy.Timeout], told);
        Assert.Equal(0, simulation.OpenTimers);
    }

    [Fact]
    public async Task A_call_that_stopped_at_its_limit_is_made_again_and_ends_as_a_timeout()
    {
        var harness = new OrchestrationHarness(null).Activity<string, string>("Long", _ => throw OrchestrationHarness.OutOfTime("Long"));

        var thrown = await Assert.ThrowsAsync<TimeoutException>(() => harness.Context.CallTimedAsync<string>("Long", "a", Policy));

        Assert.Equal("The activity 'Long' took longer than 00:02:00.", thrown.Message);
        Assert.Equal(3, harness.Calls.Count);
        Assert.Equal(0, harness.OpenGuards);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(60, 30)]
    public void Waits_double_up_to_thirty_seconds(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ActivityPolicy.WaitAfter(attempt));

    private sealed record Work(string Text) : TimedInput;
}
