using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

/// <summary>A call of a stage tells in one change all that follows from it.</summary>
public sealed class StageTransitionsTests
{
    private static readonly DateTimeOffset BegunAt = Start.AddMinutes(1);
    private static readonly DateTimeOffset Now = Start.AddMinutes(2);

    [Fact]
    public void The_first_stage_also_begins_the_attempt()
    {
        var created = OrderTransitions.Create(Input(), Start).Order;

        var applied = Assert.IsType<Transition.Applied>(OrderTransitions.FinishStage(created, Work(created, Stage.Validate), BegunAt, Now));

        Assert.Equal((OrderPhase.InProgress, Stage.Validate), (applied.Order.Phase, applied.Order.Checkpoint));
        Assert.Equal(BegunAt, applied.Order.Attempts[^1].BegunAt);
        Assert.Equal(
            [(1, TimelineEventKind.Started, BegunAt, "in_progress", null), (2, TimelineEventKind.StageCompleted, Now, null, Stage.Validate)],
            applied.Events.Select(told => (told.Sequence, told.Kind, told.At, told.Status, told.Stage)));
        Assert.All(applied.Events, told => Assert.Equal(created.WorkflowId, told.WorkflowId));
    }

    [Fact]
    public void A_stage_in_the_middle_tells_itself_alone_and_the_last_one_completes_the_order()
    {
        var order = OrderTransitions.Create(Input(), Start).Order;
        foreach (var stage in Stages.All.SkipLast(1))
        {
            order = Apply(OrderTransitions.FinishStage(order, Work(order, stage), BegunAt, Now));
        }

        var ended = Assert.IsType<Transition.Applied>(OrderTransitions.FinishStage(order, Work(order, Stage.Ship), BegunAt, Now.AddMinutes(1)));

        Assert.Equal((OrderPhase.InProgress, Stage.Pack), (order.Phase, order.Checkpoint));
        Assert.Equal((OrderPhase.Completed, Now.AddMinutes(1)), (ended.Order.Phase, ended.Order.Attempts[^1].EndedAt));
        Assert.Equal([TimelineEventKind.StageCompleted, TimelineEventKind.Completed], ended.Events.Select(told => told.Kind));
        Assert.Equal("completed", ended.Events[^1].Status);
        Assert.IsType<Transition.Unchanged>(OrderTransitions.FinishStage(ended.Order, Work(order, Stage.Ship), BegunAt, Now));
    }

    [Fact]
    public void A_stage_that_was_told_before_changes_nothing()
    {
        var created = OrderTransitions.Create(Input(), Start).Order;
        var order = Apply(OrderTransitions.FinishStage(created, Work(created, Stage.Plan), BegunAt, Now));

        Assert.IsType<Transition.Unchanged>(OrderTransitions.FinishStage(order, Work(order, Stage.Plan), BegunAt, Now));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.FinishStage(order, Work(order, Stage.Validate), BegunAt, Now));
    }

    [Fact]
    public void A_restart_from_a_later_stage_that_is_done_begins_the_attempt_and_no_more()
    {
        var order = Restarted(Stage.Plan);

        var applied = Assert.IsType<Transition.Applied>(
            OrderTransitions.FinishStage(order, Work(order, Stage.Plan) with { From = RestartPoint.FailedStage }, BegunAt, Now));

        Assert.Equal([TimelineEventKind.Started], applied.Events.Select(told => told.Kind));
        Assert.Equal(Stage.Plan, applied.Order.Checkpoint);
    }

    [Fact]
    public void A_workflow_that_is_superseded_finishes_and_fails_nothing()
    {
        var order = Restarted(Stage.Plan);
        var work = new StageWork(order.OrderId, "order-fulfillment-ORD-1", Stage.Ship, RestartPoint.Beginning);

        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.FinishStage(order, work, BegunAt, Now)));
        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.FailStage(order, work with { WorkflowId = "other" }, Failure("other"), Now, BegunAt, Now)));
        var completed = Complete(order);
        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.FinishStage(completed, work, BegunAt, Now)));
    }

    [Fact]
    public void The_failure_of_the_first_stage_also_begins_the_attempt_and_is_told_once()
    {
        var created = OrderTransitions.Create(Input(), Start).Order;
        var failure = Failure(created.WorkflowId!);

        var applied = Assert.IsType<Transition.Applied>(
            OrderTransitions.FailStage(created, Work(created, Stage.Validate), failure, dueAt: Now.AddHours(1), BegunAt, Now));

        Assert.Equal(("picking_failed", Now.AddHours(1), failure), (applied.Order.Status, applied.Order.DueAt, applied.Order.Failure));
        Assert.Equal((BegunAt, failure.FailedAt, failure), (applied.Order.Attempts[^1].BegunAt, applied.Order.Attempts[^1].EndedAt, applied.Order.Attempts[^1].Failure));
        Assert.Equal([(TimelineEventKind.Started, BegunAt), (TimelineEventKind.Failed, Now)], applied.Events.Select(told => (told.Kind, told.At)));
        Assert.Equal((created.WorkflowId, failure.Reason), (applied.Events[^1].WorkflowId, applied.Events[^1].Detail));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.FailStage(applied.Order, Work(created, Stage.Validate), failure, Now, BegunAt, Now));
    }

    [Fact]
    public void The_failure_of_a_later_stage_does_not_begin_the_attempt_again()
    {
        var created = OrderTransitions.Create(Input(), Start).Order;
        var order = Apply(OrderTransitions.FinishStage(created, Work(created, Stage.Validate), BegunAt, Now));

        var applied = Assert.IsType<Transition.Applied>(OrderTransitions.FailStage(order, Work(order, Stage.Plan), Failure(order.WorkflowId!), Now, Now, Now));

        Assert.Equal(TimelineEventKind.Failed, Assert.Single(applied.Events).Kind);
        Assert.Equal(BegunAt, applied.Order.Attempts[^1].BegunAt);
    }

    [Fact]
    public void A_stage_counts_as_done_by_this_attempt_or_when_the_restart_goes_on_where_it_failed()
    {
        var restarted = Restarted(Stage.Plan);
        var begun = Apply(OrderTransitions.Begin(restarted, restarted.WorkflowId!, RestartPoint.FailedStage, Now));

        Assert.True(OrderTransitions.IsStageDone(restarted, Work(restarted, Stage.Plan) with { From = RestartPoint.FailedStage }));
        Assert.True(OrderTransitions.IsStageDone(restarted, Work(restarted, Stage.Validate) with { From = RestartPoint.FailedStage }));
        Assert.False(OrderTransitions.IsStageDone(restarted, Work(restarted, Stage.Pick) with { From = RestartPoint.FailedStage }));
        Assert.False(OrderTransitions.IsStageDone(restarted, Work(restarted, Stage.Plan)));
        Assert.True(OrderTransitions.IsStageDone(begun, Work(begun, Stage.Plan)));
        Assert.False(OrderTransitions.IsStageDone(begun, Work(begun, Stage.Pick)));
    }

    [Fact]
    public void What_is_created_failed_restarted_and_dead_lettered_is_told_with_its_workflow_and_run()
    {
        var created = OrderTransitions.Create(Input(), Start);
        var external = OrderTransitions.CreateExternal(Input(), Start);
        var failed = Failed() with { Lease = new("job-1", Now), Modifications = new(TimeSpan.FromMinutes(1)) };
        var restarted = Assert.IsType<Transition.Applied>(OrderTransitions.Restart(failed, "run-1", Now));
        var dead = Assert.IsType<Transition.Applied>(OrderTransitions.DeadLetter(failed, "run-1", Now));

        Assert.Equal(new TimelineEvent(0, Start, TimelineEventKind.Created) { WorkflowId = "order-fulfillment-ORD-1", Status = "pending" }, Assert.Single(created.Events));
        Assert.Equal(new TimelineEvent(0, Start, TimelineEventKind.Created) { Status = "pending" }, Assert.Single(external.Events));
        Assert.Equal((null, 0), (external.Order.WorkflowId, external.Order.Attempts.Count));
        Assert.Equal((Start, Start, "ORD-1", "CUST-7"), (created.Order.CreatedAt, created.Order.UpdatedAt, created.Order.OrderId, created.Order.CustomerId));
        Assert.Equal(
            new TimelineEvent(failed.EventCount, Now, TimelineEventKind.Restarted) { WorkflowId = restarted.Order.WorkflowId, RunId = "run-1", Status = "pending_retry" },
            Assert.Single(restarted.Events));
        Assert.Equal(new LastRun("run-1", RunOutcome.Restarted, restarted.Order.WorkflowId), restarted.Order.LastRun);
        Assert.Equal((null, null, null, Now, Now), (restarted.Order.Modifications, restarted.Order.Failure, restarted.Order.DueAt, restarted.Order.StartDecidedAt, restarted.Order.UpdatedAt));
        Assert.Equal(("run-1", Now, 1, 0), (restarted.Order.Attempts[^1].RunId, restarted.Order.Attempts[^1].RequestedAt, restarted.Order.Attempts[^1].Number, restarted.Order.DroppedAttempts));
        Assert.Equal(
            new TimelineEvent(failed.EventCount, Now, TimelineEventKind.DeadLettered) { WorkflowId = failed.WorkflowId, RunId = "run-1", Detail = "no picker", Status = "dead_letter" },
            Assert.Single(dead.Events));
        Assert.Equal((new LastRun("run-1", RunOutcome.DeadLettered), null, null), (dead.Order.LastRun, dead.Order.Lease, dead.Order.DueAt));
        Assert.Equal(failed.Failure, dead.Order.Failure);
    }

    [Fact]
    public void A_completed_order_has_nothing_left_of_its_retries_and_a_cancelled_one_waits_for_nothing()
    {
        var order = Restarted(Stage.Plan) with { Lease = new("job-1", Now), Modifications = new(TimeSpan.FromMinutes(1)) };
        var completed = Complete(order);
        var failed = Failed() with { Lease = new("job-1", Now), EscalatedAt = Now };

        Assert.Equal((0, null, null), (completed.RetryCount, completed.Lease, completed.Modifications));
        var cancelled = Apply(OrderTransitions.Cancel(failed, new("ada", "asked"), Now));
        Assert.Equal((OrderPhase.Cancelled, null, null, null, null), (cancelled.Phase, cancelled.DueAt, cancelled.StartDecidedAt, cancelled.EscalatedAt, cancelled.Lease));
        Assert.Null(Apply(OrderTransitions.Cancel(order, new("ada", "asked"), Now)).StartDecidedAt);
    }

    [Fact]
    public void Every_refusal_says_what_stands_in_the_way()
    {
        var pending = OrderTransitions.Create(Input(), Start).Order;
        var external = OrderTransitions.CreateExternal(Input(), Start).Order;
        var failed = Failed();
        var completed = Complete(Restarted(Stage.Plan));
        var dead = Apply(OrderTransitions.DeadLetter(failed, "run", Now));
        var action = new AuditedAction("ada", "asked");

        Assert.Equal("Order ORD-1 has already failed with workflow order-fulfillment-ORD-1.", Message(OrderTransitions.Fail(failed, Failure("x"), Now, Now)));
        Assert.Equal("Order ORD-1 is being processed by workflow order-fulfillment-ORD-1, not by x.", Message(OrderTransitions.Fail(pending, Failure("x"), Now, Now)));
        Assert.Equal("Order ORD-1 belongs to workflow (none), not to x.", Message(OrderTransitions.Complete(external, "x", Now)));
        Assert.Equal("Order ORD-1 belongs to workflow order-fulfillment-ORD-1, not to x.", Message(OrderTransitions.Complete(pending, "x", Now)));
        Assert.Equal("Workflow order-fulfillment-ORD-1 of order ORD-1 has not begun.", Message(OrderTransitions.Complete(pending, pending.WorkflowId!, Now)));
        Assert.Equal("Order ORD-1 is picking_failed.", Message(OrderTransitions.CompleteStage(failed, failed.WorkflowId!, Stage.Ship, Now)));
        Assert.Equal("Order ORD-1 is completed.", Message(OrderTransitions.Cancel(completed, action, Now)));
        Assert.Equal("Order ORD-1 is completed.", Message(OrderTransitions.Fail(completed, Failure("x"), Now, Now)));
        Assert.Equal("Order ORD-1 is a dead letter.", Message(OrderTransitions.Cancel(dead, action, Now)));
        Assert.Equal(Domain.Orders.Refusal.DeadLetter, Refusal(OrderTransitions.Cancel(dead, action, Now)));
        Assert.Equal("Order ORD-1 is pending, not failed.", Message(OrderTransitions.Restart(pending, "run", Now)));
    }

    [Fact]
    public void A_note_changes_nothing_but_the_timeline()
    {
        var order = Failed();

        var noted = OrderTransitions.Note(order, "looked at", Now, "ada");

        Assert.Equal(
            new TimelineEvent(order.EventCount, Now, TimelineEventKind.Note) { WorkflowId = order.WorkflowId, Actor = "ada", Detail = "looked at" },
            Assert.Single(noted.Events));
        Assert.Equal(order with { Version = order.Version + 1, EventCount = order.EventCount + 1, UpdatedAt = Now }, noted.Order);
    }

    [Fact]
    public void What_another_system_reports_is_kept_as_its_attempt()
    {
        var external = OrderTransitions.CreateExternal(Input(), Start).Order;
        var begun = Apply(OrderTransitions.Begin(external, "theirs-1", RestartPoint.Beginning, Now, isExternal: true));
        var failure = Failure("theirs-2");

        var failed = Apply(OrderTransitions.Fail(external, failure, Now, Now));

        Assert.Equal(new Attempt(0, 0, "theirs-1", Now) { BegunAt = Now, IsExternal = true }, Assert.Single(begun.Attempts));
        Assert.Equal(new Attempt(0, 0, "theirs-2", failure.FailedAt) { EndedAt = failure.FailedAt, Failure = failure }, Assert.Single(failed.Attempts));
        Assert.Equal(("theirs-2", failure, Now, null), (failed.WorkflowId, failed.Failure, failed.DueAt, failed.StartDecidedAt));
        Assert.Null(Apply(OrderTransitions.Fail(OrderTransitions.Create(Input(), Start).Order, Failure("order-fulfillment-ORD-1"), Now, Now)).StartDecidedAt);
    }

    private static Order Restarted(Stage checkpoint)
    {
        var order = OrderTransitions.Create(Input(), Start).Order;
        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start));
        order = Apply(OrderTransitions.CompleteStage(order, order.WorkflowId!, checkpoint, Start));
        order = Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!), Start, Start));
        return Apply(OrderTransitions.Restart(order, "run", Start));
    }

    private static Order Complete(Order order)
    {
        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Now));
        return Apply(OrderTransitions.Complete(order, order.WorkflowId!, Now));
    }

    private static StageWork Work(Order order, Stage stage) => new(order.OrderId, order.WorkflowId!, stage, RestartPoint.Beginning);

    private static string Message(Transition transition) => Assert.IsType<Transition.Refused>(transition).Message;
}
