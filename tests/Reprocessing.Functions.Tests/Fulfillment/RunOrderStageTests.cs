using System.Diagnostics;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Functions.Tests.Fulfillment;

public sealed class RunOrderStageTests
{
    private const string WorkflowId = "order-fulfillment-A";
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly OrderInput OrderInput = new("A", "C", [new("SKU", 1, 1)]);
    private static readonly Order Pending = OrderTransitions.Create(OrderInput, Now).Order;
    private static readonly StageWork Work = new("A", WorkflowId, Stage.Pick, RestartPoint.FailedStage);
    private static readonly RunOrderStageInput Input = new(
        "A", WorkflowId, Attempt: 0, Stage.Pick, RestartPoint.FailedStage, TimeSpan.FromMinutes(2), Call: 1, MaxCalls: 3);

    private readonly Mock<IOrderStore> _orders = new(MockBehavior.Strict);
    private readonly Mock<IWarehouse> _warehouse = new(MockBehavior.Strict);
    private readonly List<FailureReport> _failures = [];

    public RunOrderStageTests()
    {
        Finds(Held(Pending));
        _orders.Setup(orders => orders.FinishStageAsync(It.IsAny<StageClaim.Held>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Changed(Pending));
        _orders.Setup(orders => orders.FailStageAsync(
                It.IsAny<StageClaim.Held>(), Capture.In(_failures), It.IsAny<RetryStrategy>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Changed(Pending));
    }

    [Fact]
    public async Task What_the_warehouse_has_done_is_stored()
    {
        Answers(WarehouseReply.Done);

        Assert.Equal(new StageOutcome(), await RunAsync(Input));

        _orders.Verify(orders => orders.FinishStageAsync(It.Is<StageClaim.Held>(claim => claim.Work == Work), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_transient_failure_is_left_to_the_next_call(int call)
    {
        Answers(new(ErrorType.RateLimit, "busy", IsTransient: true));

        Assert.Equal(new StageOutcome(ErrorType.RateLimit, "busy", IsTransient: true), await RunAsync(Input with { Call = call }));

        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_transient_failure_of_the_last_call_is_stored()
    {
        Answers(new(ErrorType.RateLimit, "busy", IsTransient: true));

        Assert.Equal(new StageOutcome(ErrorType.RateLimit, "busy"), await RunAsync(Input with { Call = 3 }));

        Assert.Equal(new FailureReport("A", "picking_failed", WorkflowId, Now, "busy", ErrorType.RateLimit) { Stage = Stage.Pick }, Assert.Single(_failures));
    }

    [Fact]
    public async Task What_the_warehouse_refuses_is_stored_at_once()
    {
        Answers(new WarehouseReply(ErrorType.Timeout, "no"));

        Assert.Equal(new StageOutcome(ErrorType.Timeout, "no"), await RunAsync(Input));

        Assert.Equal("pick_timeout", Assert.Single(_failures).FailureStatus);
    }

    [Fact]
    public async Task The_warehouse_is_not_asked_for_an_order_that_is_lost()
    {
        Finds(new StageClaim.Lost("Order A is cancelled."));

        Assert.Equal("Order A is cancelled.", (await RunAsync(Input)).LostBecause);
    }

    [Fact]
    public async Task An_order_that_is_lost_during_the_work_is_told_as_lost()
    {
        Answers(WarehouseReply.Done);
        _orders.Setup(orders => orders.FinishStageAsync(It.IsAny<StageClaim.Held>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Refused(Refusal.Ended, "Order A is cancelled."));

        Assert.Equal("Order A is cancelled.", (await RunAsync(Input)).LostBecause);
    }

    [Fact]
    public async Task A_call_whose_answer_was_lost_is_answered_anew_without_the_warehouse()
    {
        Finds(new StageClaim.Finished());
        Assert.Equal(new StageOutcome(), await RunAsync(Input));

        Finds(new StageClaim.Failed(new("picking_failed", ErrorType.CommandFailure, "no", WorkflowId, Now, "print")));
        Assert.Equal(new StageOutcome(ErrorType.CommandFailure, "no"), await RunAsync(Input));
    }

    [Fact]
    public async Task A_stage_that_an_earlier_attempt_has_done_is_only_stored()
    {
        Finds(Held(Pending with { Checkpoint = Stage.Pick }));

        Assert.Equal(new StageOutcome(), await RunAsync(Input));

        _orders.Verify(orders => orders.FinishStageAsync(It.IsAny<StageClaim.Held>(), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task A_failure_keeps_its_trace_and_the_first_stage_of_the_next_attempt_is_linked_to_it()
    {
        Answers(new WarehouseReply(ErrorType.Conflict, "no"));
        using var failing = new Activity("function").Start();
        await RunAsync(Input);
        failing.Stop();
        var report = Assert.Single(_failures);
        Assert.Equal(failing.Id, report.TraceParent);

        var failed = ((Transition.Applied)OrderTransitions.Fail(Pending, OrderFailure.From(report), Now, Now)).Order;
        var restarted = ((Transition.Applied)OrderTransitions.Restart(failed, "run-1", Now)).Order with { Checkpoint = Stage.Pick };
        Finds(Held(restarted));
        using var first = new Activity("function").Start();
        await RunAsync(Input);
        first.Stop();
        Finds(Held(restarted with { Phase = OrderPhase.InProgress }));
        using var second = new Activity("function").Start();
        await RunAsync(Input);

        Assert.Equal(failing.Context.SpanId, Assert.Single(first.Links).Context.SpanId);
        Assert.Empty(second.Links);
    }

    private static StageClaim.Held Held(Order order) =>
        new(Work, new StoredOrder(order, [], StorageJson.Write(OrderInput), ETag.All, ETag.All), Now);

    private void Finds(StageClaim claim) =>
        _orders.Setup(orders => orders.ClaimStageAsync(Work, It.IsAny<CancellationToken>())).ReturnsAsync(claim);

    private void Answers(WarehouseReply reply) =>
        _warehouse.Setup(warehouse => warehouse.PerformAsync(
                It.Is<WarehouseRequest>(request => request.IdempotencyKey == WorkflowId + "/pick" && request.Order.OrderId == "A"),
                It.IsAny<CancellationToken>()))
            .ReturnsAsync(reply);

    private Task<StageOutcome> RunAsync(RunOrderStageInput input) => new RunOrderStage(
        _warehouse.Object, _orders.Object, RetryStrategy.Immediate, new MeterReader().Metrics, new Clock(), NullLogger<RunOrderStage>.Instance)
        .RunAsync(input, default);

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
