using Reprocessing.Domain.Resets;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class ResetTransitionsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly AuditedAction Request = new("dana", "Sev2") { JobId = "job-1" };

    [Theory]
    [InlineData(ResetType.FirstWorkflowTask, RestartPoint.Beginning, null)]
    [InlineData(ResetType.LastWorkflowTask, RestartPoint.FailedStage, Stage.Pick)]
    public void An_order_goes_on_in_a_new_generation_from_the_point_that_was_asked_for(ResetType type, RestartPoint point, Stage? checkpoint)
    {
        var order = InProgress(Stage.Pick) with { RetryCount = 3 };

        var reset = Assert.IsType<Transition.Applied>(ResetTransitions.Reset(order, order.WorkflowId!, new(type), Request, Now));

        Assert.Equal((OrderPhase.PendingRetry, 1, 0, checkpoint), (reset.Order.Phase, reset.Order.Generation, reset.Order.RetryCount, reset.Order.Checkpoint));
        Assert.Equal((point, "order-fulfillment-A-g1", order.Version + 1), (reset.Order.Modifications!.From, reset.Order.WorkflowId, reset.Order.Version));
        var attempt = reset.Order.Attempts[^1];
        Assert.Equal(("job-1", 1, order.WorkflowId), (attempt.RunId, attempt.JobAttempt, attempt.JobItem));
        Assert.Equal((TimelineEventKind.Reset, "dana", "pending_retry"), (reset.Events[^1].Kind, reset.Events[^1].Actor, reset.Events[^1].Status));
        Assert.EndsWith("Task: Sev2", reset.Events[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_that_no_job_asked_for_is_of_no_job()
    {
        var order = InProgress(Stage.Pick);

        var attempt = Applied(ResetTransitions.Reset(order, order.WorkflowId!, new(ResetType.FirstWorkflowTask), new("dana", "Sev2"), Now)).Attempts[^1];

        Assert.Equal((null, null, null), (attempt.RunId, attempt.JobAttempt, attempt.JobItem));
    }

    [Fact]
    public void An_order_whose_stages_are_all_done_repeats_the_last()
    {
        var done = Applied(OrderTransitions.Complete(InProgress(Stage.Ship), "order-fulfillment-A", Now));

        var reset = Applied(ResetTransitions.Reset(done, done.WorkflowId!, new(ResetType.LastWorkflowTask, IncludeCompleted: true), Request, Now));

        Assert.Equal(Stage.Ship, Stages.After(reset.Checkpoint));
    }

    [Fact]
    public void A_completed_order_is_left_alone_unless_that_is_said()
    {
        var done = Applied(OrderTransitions.Complete(InProgress(Stage.Ship), "order-fulfillment-A", Now));

        Assert.Equal(Refusal.Ended, Refused(done, "order-fulfillment-A"));
    }

    [Fact]
    public void Neither_a_cancelled_order_nor_one_of_another_workflow_is_reset()
    {
        var order = InProgress(Stage.Pick);
        var cancelled = Applied(OrderTransitions.Cancel(order, Request, Now));

        Assert.Equal(Refusal.Superseded, Refused(order, "order-fulfillment-A-retry-1"));
        Assert.Equal(Refusal.Ended, Refused(cancelled, "order-fulfillment-A"));
    }

    private static Refusal Refused(Order order, string workflowId) =>
        Assert.IsType<Transition.Refused>(ResetTransitions.Reset(order, workflowId, new(ResetType.FirstWorkflowTask), Request, Now)).Reason;

    private static Order InProgress(Stage done)
    {
        var order = OrderTransitions.Create(new("A", "C", [new("S", 1, 1)]), Now).Order;
        order = Applied(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Now));
        return Applied(OrderTransitions.CompleteStage(order, order.WorkflowId!, done, Now));
    }

    private static Order Applied(Transition transition) => Assert.IsType<Transition.Applied>(transition).Order;
}
