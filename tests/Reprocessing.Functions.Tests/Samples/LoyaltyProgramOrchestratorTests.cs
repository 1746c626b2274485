namespace Reprocessing.Functions.Tests.Samples;

public sealed class LoyaltyProgramOrchestratorTests
{
    [Fact]
    public async Task Points_are_summed_each_purchase_once_and_carried_over()
    {
        var next = await RunAsync(
            new("C", EventsPerRun: 4, Points: 10, Continuations: 1) { Counted = ["p0"] },
            [new PointsEarned("p1", 100), new PointsEarned("p0", 7), new PointsEarned("p1", 100)],
            [new PointsSpent("p2", 30)]);

        Assert.Equal((80, 2), (next.Points, next.Continuations));
        Assert.Equal(["p0", "p1", "p2"], next.Counted);
    }

    [Fact]
    public async Task An_event_that_was_handed_out_is_not_lost_at_the_end()
    {
        var next = await RunAsync(new("C", EventsPerRun: 1), [new PointsEarned("p1", 100)], [new PointsSpent("p2", 30)]);

        Assert.Equal(70, next.Points);
    }

    [Fact]
    public async Task What_is_no_purchase_counts_for_nothing_and_stops_nothing()
    {
        var next = await RunAsync(
            new("C", EventsPerRun: 4), [null, "points", new { purchaseId = 7 }, new PointsEarned("p1", 100)], []);

        Assert.Equal(100, next.Points);
        Assert.Equal(["p1"], next.Counted);
    }

    private static async Task<LoyaltyState> RunAsync(LoyaltyState state, object?[] earned, object?[] spent)
    {
        var harness = new OrchestrationHarness(state).WithInput<LoyaltyState>().Activity<RecordWorkflowInput, bool>(nameof(RecordWorkflow), input =>
        {
            Assert.Equal((LoyaltyWorkflows.Type, state.Continuations, "C"), (input.Type, input.Continuations, input.CustomerId));
            return true;
        });
        Feed(harness.Mock, nameof(PointsEarned), earned);
        Feed(harness.Mock, nameof(PointsSpent), spent);

        await LoyaltyProgramOrchestrator.RunAsync(harness.Context);

        var next = Assert.IsType<LoyaltyState>(harness.Continuation);
        Assert.Equal(new LoyaltyStatus(next.Points), harness.Statuses[^1]);
        return next;
    }

    private static void Feed(Mock<TaskOrchestrationContext> context, string name, object?[] events)
    {
        var waiting = new Queue<JsonElement?>(events.Select(one => (JsonElement?)JsonSerializer.SerializeToElement<object?>(one, AppJson.Worker)));
        context.Setup(c => c.WaitForExternalEvent<JsonElement?>(name, It.IsAny<CancellationToken>()))
            .Returns(() => waiting.TryDequeue(out var one) ? Task.FromResult(one) : new TaskCompletionSource<JsonElement?>().Task);
    }
}
