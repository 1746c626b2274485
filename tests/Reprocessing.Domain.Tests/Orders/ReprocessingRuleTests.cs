using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class ReprocessingRuleTests
{
    private static readonly ReprocessingRule Rule = new("run-1", 5, FailureStatuses.RetriedByDefault);
    private static readonly DateTimeOffset Now = Start.AddMinutes(5);

    [Theory]
    [InlineData(0, 5, true)]
    [InlineData(4, 5, true)]
    [InlineData(5, 5, false)]
    [InlineData(6, 5, false)]
    [InlineData(0, 0, false)]
    public void Retries_below_the_limit_restart_and_at_it_dead_letter(int retryCount, int maxRetries, bool restarts)
    {
        var decision = (Rule with { MaxRetries = maxRetries }).Decide(Failed() with { RetryCount = retryCount }, Now);

        Assert.Equal(restarts ? new ReprocessingDecision.Restart() : new ReprocessingDecision.DeadLetter(), decision);
    }

    [Fact]
    public void Lease_of_another_operation_skips_until_it_runs_out()
    {
        var leased = Failed() with { Lease = new("job-9", Now.AddSeconds(1)) };

        Assert.Equal(SkipReason.Leased, Skipped(leased));
        Assert.IsType<ReprocessingDecision.Restart>(Rule.Decide(leased, Now.AddSeconds(1)));
        Assert.IsType<ReprocessingDecision.Restart>(Rule.Decide(leased with { Lease = new("run-1", Now.AddHours(1)) }, Now));
    }

    [Fact]
    public void Order_that_cannot_be_taken_is_skipped_with_its_reason()
    {
        var pending = OrderTransitions.Create(Input(), Start).Order;

        Assert.Equal(SkipReason.NotDue, Skipped(Failed() with { DueAt = Now.AddTicks(1) }));
        Assert.Equal(SkipReason.NotFailed, Skipped(Failed("validation_failed")));
        Assert.Equal(SkipReason.NotFailed, Skipped(Apply(OrderTransitions.DeadLetter(Failed(), "run-0", Now))));
        Assert.Equal(SkipReason.ActiveWorkflow, Skipped(pending));
        Assert.Equal(SkipReason.ActiveWorkflow, Skipped(Apply(OrderTransitions.Restart(Failed(), "run-0", Now))));
        Assert.Equal(SkipReason.AlreadyInRun, Skipped(Apply(OrderTransitions.Restart(Failed(), "run-1", Now))));
    }

    [Fact]
    public void Order_that_failed_again_within_the_run_is_not_taken_again()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run-1", Now));
        order = Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!), Now, Now));

        Assert.Equal(SkipReason.AlreadyInRun, Skipped(order));
        Assert.IsType<ReprocessingDecision.Restart>((Rule with { RunId = "run-2" }).Decide(order, Now));
    }

    [Fact]
    public void Permanent_failure_is_taken_when_asked_for() =>
        Assert.IsType<ReprocessingDecision.Restart>((Rule with { FailureStatuses = ["validation_failed"] }).Decide(Failed("validation_failed"), Now));

    private static SkipReason Skipped(Order order) => Assert.IsType<ReprocessingDecision.Skip>(Rule.Decide(order, Now)).Reason;
}
