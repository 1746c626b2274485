using Microsoft.DurableTask;
using Moq;
using ReprocessingFunctions.Samples.Loyalty;
using ReprocessingFunctions.Tests.Orchestration;
using ReprocessingFunctions.Workflows;

namespace ReprocessingFunctions.Tests.Samples;

public sealed class LoyaltyProgramOrchestratorTests
{
    [Fact]
    public async Task Points_are_summed_each_purchase_once_and_carried_over()
    {
        var next = await RunAsync(
            new("C", EventsPerRun: 4, Points: 10, Continuations: 1) { Counted = ["p0"] },
            [new("p1", 100), new("p0", 7), new("p1", 100)],
            [new("p2", 30)]);

        Assert.Equal((80, 2), (next.Points, next.Continuations));
        Assert.Equal(["p0", "p1", "p2"], next.Counted);
    }

    [Fact]
    public async Task An_event_that_was_handed_out_is_not_lost_at_the_end()
    {
        var next = await RunAsync(new("C", EventsPerRun: 1), [new("p1", 100)], [new("p2", 30)]);

        Assert.Equal(70, next.Points);
    }

    private static async Task<LoyaltyState> RunAsync(LoyaltyState state, PointsEarned[] earned, PointsSpent[] spent)
    {
        var harness = new OrchestrationHarness(state).WithInput<LoyaltyState>().Activity<RecordWorkflowInput, bool>(nameof(RecordWorkflow), input =>
        {
            Assert.Equal((LoyaltyWorkflows.Type, state.Continuations, "C"), (input.Type, input.Continuations, input.CustomerId));
            return true;
        });
        Feed(harness.Mock, earned);
        Feed(harness.Mock, spent);

        await LoyaltyProgramOrchestrator.RunAsync(harness.Context);

        var next = Assert.IsType<LoyaltyState>(harness.Continuation);
        Assert.Equal(new LoyaltyStatus(next.Points), harness.Statuses[^1]);
        return next;
    }

    private static void Feed<TEvent>(Mock<TaskOrchestrationContext> context, TEvent[] events)
    {
        var waiting = new Queue<TEvent>(events);
        context.Setup(c => c.WaitForExternalEvent<TEvent>(typeof(TEvent).Name, It.IsAny<CancellationToken>()))
            .Returns(() => waiting.TryDequeue(out var one) ? Task.FromResult(one) : new TaskCompletionSource<TEvent>().Task);
    }
}
