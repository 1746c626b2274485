namespace Reprocessing.Functions.Tests.Fulfillment;

public sealed class OrderFulfillmentOrchestratorTests
{
    private static readonly OrderFulfillmentInput Input = new(
        "A1",
        "order-fulfillment-A1-retry-2",
        Attempt: 2,
        Generation: 0,
        new OrderInput("A1", "C1", [new("SKU", 1, 1)]),
        RestartPoint.FailedStage,
        Stage.Validate,
        TimeSpan.FromMinutes(2));

    private readonly List<Stage> _stages = [];
    private readonly List<FailureReport> _failures = [];
    private OrchestrationHarness _harness;
    private Func<RunOrderStageInput, StageOutcome> _warehouse = _ => new();

    public OrderFulfillmentOrchestratorTests() => _harness = Harness(Input);

    private OrchestrationHarness Harness(OrderFulfillmentInput start) =>
        new OrchestrationHarness(start)
            .WithInput<OrderFulfillmentInput>()
            .Activity<RunOrderStageInput, StageOutcome>(nameof(RunOrderStage), input =>
            {
                _stages.Add(input.Stage);
                return _warehouse(input);
            })
            .Activity<FailureReport, bool>(nameof(RecordOrderFailure), report =>
            {
                _failures.Add(report);
                return true;
            });

    [Fact]
    public async Task All_stages_run_in_order_and_the_order_is_completed()
    {
        var result = await OrderFulfillmentOrchestrator.RunAsync(_harness.Context);

        Assert.True(result.Completed);
        Assert.Equal([Stage.Validate, Stage.Plan, Stage.Pick, Stage.Pack, Stage.Ship], _stages);
        Assert.Equal(5, _harness.Calls.Count);
    }

    [Fact]
    public async Task A_resumed_attempt_begins_at_the_stage_that_is_not_done()
    {
        _harness = Harness(Input with { FirstStage = Stage.Pack });

        await OrderFulfillmentOrchestrator.RunAsync(_harness.Context);

        Assert.Equal([Stage.Pack, Stage.Ship], _stages);
    }

    [Fact]
    public async Task An_attempt_whose_order_is_another_workflows_ends_without_touching_it()
    {
        _warehouse = _ => new() { LostBecause = "Order A1 belongs to workflow X." };

        var result = await OrderFulfillmentOrchestrator.RunAsync(_harness.Context);

        Assert.False(result.Completed);
        Assert.Equal("Order A1 belongs to workflow X.", result.Reason);
        Assert.Equal([nameof(RunOrderStage)], _harness.Calls.Select(call => call.Name));
    }

    [Theory]
    [InlineData(Stage.Validate, ErrorType.Validation, "validation_failed")]
    [InlineData(Stage.Plan, ErrorType.Timeout, "wave_timeout")]
    [InlineData(Stage.Pick, ErrorType.CommandFailure, "picking_failed")]
    [InlineData(Stage.Pick, ErrorType.Timeout, "pick_timeout")]
    [InlineData(Stage.Pack, ErrorType.CommandFailure, "packing_failed")]
    [InlineData(Stage.Ship, ErrorType.Network, "shipping_failed")]
    public async Task A_stage_that_has_failed_fails_the_instance(Stage stage, ErrorType errorType, string status)
    {
        _warehouse = input => input.Stage == stage ? new(errorType, "no") : new();

        var thrown = await Assert.ThrowsAsync<OrderFailedException>(() => OrderFulfillmentOrchestrator.RunAsync(_harness.Context));

        Assert.Equal($"{status}: no", thrown.Message);
        Assert.Equal(stage, _stages[^1]);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_transient_failure_is_tried_three_times_and_the_last_call_knows_that_it_is_the_last()
    {
        List<int> calls = [];
        _warehouse = input =>
        {
            if (input.Stage != Stage.Pick)
            {
                return new();
            }

            calls.Add(input.Call);
            return new(ErrorType.RateLimit, "busy", IsTransient: input.Call < input.MaxCalls);
        };

        await Assert.ThrowsAsync<OrderFailedException>(() => OrderFulfillmentOrchestrator.RunAsync(_harness.Context));

        Assert.Equal([1, 2, 3], calls);
    }

    [Fact]
    public async Task A_transient_failure_that_passes_does_not_fail_the_order()
    {
        var calls = 0;
        _warehouse = input => input.Stage == Stage.Pick && ++calls < 3 ? new(ErrorType.RateLimit, "busy", IsTransient: true) : new();

        Assert.True((await OrderFulfillmentOrchestrator.RunAsync(_harness.Context)).Completed);

        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_stage_that_takes_longer_than_its_limit_fails_the_order_as_a_timeout()
    {
        _warehouse = input => input.Stage == Stage.Pick ? throw OrchestrationHarness.OutOfTime(nameof(RunOrderStage)) : new();

        await Assert.ThrowsAsync<OrderFailedException>(() => OrderFulfillmentOrchestrator.RunAsync(_harness.Context));

        var failure = Assert.Single(_failures);
        Assert.Equal(("pick_timeout", ErrorType.Timeout), (failure.FailureStatus, failure.ErrorType));
        Assert.Equal("The stage took longer than 00:02:00.", failure.Reason);
        Assert.Equal(3, _stages.Count(stage => stage == Stage.Pick));
    }

    [Fact]
    public async Task An_order_whose_calls_wait_in_a_long_queue_is_completed_like_any_other()
    {
        var (wait, work) = (TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1));
        var simulation = new OrchestrationSimulation(_harness.Now)
            .Activity<RunOrderStageInput, StageOutcome>(nameof(RunOrderStage), wait + work, _ => new());

        var result = await simulation.RunAsync<OrderFulfillmentInput, OrderFulfillmentResult>(Input, OrderFulfillmentOrchestrator.RunAsync);

        Assert.True(result.Completed);
        Assert.Equal(Enumerable.Repeat(nameof(RunOrderStage), 5), simulation.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task A_stage_that_storage_does_not_let_through_is_waited_for()
    {
        var calls = 0;
        _warehouse = _ => ++calls < 20 ? throw OrchestrationHarness.Failure(nameof(RunOrderStage), "503", "Azure.RequestFailedException") : new();

        Assert.True((await OrderFulfillmentOrchestrator.RunAsync(_harness.Context)).Completed);

        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_stage_whose_activity_keeps_throwing_fails_the_order()
    {
        _warehouse = _ => throw OrchestrationHarness.Failure(nameof(RunOrderStage), "broken");

        await Assert.ThrowsAsync<OrderFailedException>(() => OrderFulfillmentOrchestrator.RunAsync(_harness.Context));

        Assert.Equal((ErrorType.Unknown, "broken"), (Assert.Single(_failures).ErrorType, _failures[0].Reason));
    }

    [Fact]
    public async Task An_order_that_is_lost_on_the_way_ends_the_attempt_without_a_failure()
    {
        _warehouse = _ => new() { LostBecause = "Order A1 is cancelled." };

        var result = await OrderFulfillmentOrchestrator.RunAsync(_harness.Context);

        Assert.Equal((false, "Order A1 is cancelled."), (result.Completed, result.Reason));
        Assert.Empty(_failures);
    }
}
