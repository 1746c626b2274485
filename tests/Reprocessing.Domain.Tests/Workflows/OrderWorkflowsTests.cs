using Reprocessing.Domain.Tests.Orders;

namespace Reprocessing.Domain.Tests.Workflows;

public sealed class OrderWorkflowsTests
{
    private const string First = "order-fulfillment-ORD-1";
    private static readonly DateTimeOffset Start = SampleOrders.Start;

    [Fact]
    public void A_new_order_tells_of_a_workflow_that_is_to_start()
    {
        var order = OrderTransitions.Create(SampleOrders.Input(), Start).Order;

        Assert.Equal(
            new WorkflowRecord(First, "OrderFulfillment", WorkflowStatus.Pending, Start)
            {
                OrderId = "ORD-1",
                CustomerId = "CUST-7",
                OrderStatus = "pending",
                Version = order.Version,
            },
            Assert.Single(OrderWorkflows.Changed(null, order)));
    }

    [Fact]
    public void What_changes_neither_status_nor_workflow_tells_nothing()
    {
        var order = Begun();

        var staged = SampleOrders.Apply(OrderTransitions.CompleteStage(order, First, Stage.Validate, Start));
        var noted = OrderTransitions.Note(staged, "seen", Start).Order;

        Assert.Empty(OrderWorkflows.Changed(order, staged));
        Assert.Empty(OrderWorkflows.Changed(staged, noted));
    }

    [Fact]
    public void Workflows_of_another_system_are_not_told()
    {
        var order = OrderTransitions.CreateExternal(SampleOrders.Input(), Start).Order;
        var failed = SampleOrders.Apply(OrderTransitions.Fail(order, SampleOrders.Failure("wave-17"), Start, Start));
        var restarted = SampleOrders.Apply(OrderTransitions.Restart(failed, "run-1", Start));

        Assert.Empty(OrderWorkflows.Changed(null, order));
        Assert.Empty(OrderWorkflows.Changed(order, failed));
        var own = Assert.Single(OrderWorkflows.Changed(failed, restarted));
        Assert.Equal((First + "-retry-1", null), (own.InstanceId, own.PreviousInstance));
    }

    [Fact]
    public void A_beginning_and_an_end_are_told()
    {
        var begun = Begun();
        var completed = SampleOrders.Apply(OrderTransitions.Complete(
            SampleOrders.Apply(OrderTransitions.CompleteStage(begun, First, Stage.Ship, Start)), First, Start.AddMinutes(5)));
        var cancelled = SampleOrders.Apply(OrderTransitions.Cancel(begun, new("ann", "asked"), Start.AddMinutes(6)));

        var running = Assert.Single(OrderWorkflows.Changed(OrderTransitions.Create(SampleOrders.Input(), Start).Order, begun));
        Assert.Equal((WorkflowStatus.Running, "in_progress", null), (running.Status, running.OrderStatus, running.CloseTime));
        var done = Assert.Single(OrderWorkflows.Changed(begun, completed));
        Assert.Equal((WorkflowStatus.Completed, "completed", Start.AddMinutes(5)), (done.Status, done.OrderStatus, done.CloseTime));
        var stopped = Assert.Single(OrderWorkflows.Changed(begun, cancelled));
        Assert.Equal((WorkflowStatus.Terminated, "cancelled", Start.AddMinutes(6)), (stopped.Status, stopped.OrderStatus, stopped.CloseTime));
    }

    [Fact]
    public void A_restart_tells_of_both_workflows_and_each_of_the_other()
    {
        var failed = SampleOrders.Failed();
        var restarted = SampleOrders.Apply(OrderTransitions.Restart(failed, "run-1", Start.AddMinutes(2)));

        var records = OrderWorkflows.Changed(failed, restarted);

        var (next, previous) = (records[0], records[1]);
        Assert.Equal(2, records.Count);
        Assert.Equal((First + "-retry-1", First, null), (next.InstanceId, next.PreviousInstance, next.NextInstance));
        Assert.Equal((WorkflowStatus.Pending, "pending_retry", 1, Start.AddMinutes(2)), (next.Status, next.OrderStatus, next.RetryCount, next.StartTime));
        Assert.Equal((First, null, First + "-retry-1"), (previous.InstanceId, previous.PreviousInstance, previous.NextInstance));
        Assert.Equal((WorkflowStatus.Failed, "picking_failed", 0, Start.AddMinutes(1)), (previous.Status, previous.OrderStatus, previous.RetryCount, previous.CloseTime));
    }

    [Fact]
    public void A_dead_letter_is_told_and_what_takes_it_up_is_another_generation()
    {
        var failed = SampleOrders.Failed();
        var dead = SampleOrders.Apply(OrderTransitions.DeadLetter(failed, "run-1", Start.AddMinutes(2)));

        var record = Assert.Single(OrderWorkflows.Changed(failed, dead));

        Assert.Equal((WorkflowStatus.Failed, "dead_letter", Start.AddMinutes(1)), (record.Status, record.OrderStatus, record.CloseTime));
        var reopened = dead with
        {
            Phase = OrderPhase.PendingRetry,
            Generation = 1,
            WorkflowId = First + "-g1",
            Attempts = [.. dead.Attempts, new(0, 1, First + "-g1", Start.AddMinutes(3)) { RunId = JobIds.KeyOf("job-1") }],
        };
        var taken = OrderWorkflows.Changed(dead, reopened);
        Assert.Equal((1, 0, First), (taken[0].Generation, taken[0].RetryCount, taken[0].PreviousInstance));
        Assert.Equal("picking_failed", taken[1].OrderStatus);
    }

    private static Order Begun() => SampleOrders.Apply(
        OrderTransitions.Begin(OrderTransitions.Create(SampleOrders.Input(), Start).Order, First, RestartPoint.Beginning, Start));
}
