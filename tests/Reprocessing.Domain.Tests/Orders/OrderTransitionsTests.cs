using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class OrderTransitionsTests
{
    [Fact]
    public void Order_runs_from_created_to_completed()
    {
        var created = OrderTransitions.Create(Input(), Start);
        var order = created.Order;
        Assert.Equal(("pending", "order-fulfillment-ORD-1"), (order.Status, order.WorkflowId));
        Assert.Equal(Start, order.StartDecidedAt);

        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start.AddSeconds(1)));
        Assert.Equal("in_progress", order.Status);
        Assert.Null(order.StartDecidedAt);

        foreach (var stage in Stages.All)
        {
            Assert.Equal(stage, Stages.After(order.Checkpoint));
            order = Apply(OrderTransitions.CompleteStage(order, order.WorkflowId!, stage, Start.AddSeconds(2)));
        }

        Assert.Null(Stages.After(order.Checkpoint));
        order = Apply(OrderTransitions.Complete(order, order.WorkflowId!, Start.AddSeconds(3)));
        Assert.Equal("completed", order.Status);
        Assert.Equal(8, order.EventCount);
        Assert.Equal(8, order.Version);
        Assert.Equal(Start.AddSeconds(3), Assert.Single(order.Attempts).EndedAt);
    }

    [Fact]
    public void Order_of_another_system_takes_the_first_workflow_id_that_is_reported_to_have_begun()
    {
        var external = OrderTransitions.CreateExternal(Input(), Start).Order;

        var begun = Apply(OrderTransitions.Begin(external, "theirs-1", RestartPoint.Beginning, Start.AddSeconds(1)));
        var again = OrderTransitions.Begin(begun, "theirs-1", RestartPoint.Beginning, Start.AddSeconds(2));
        var other = OrderTransitions.Begin(begun, "theirs-2", RestartPoint.Beginning, Start.AddSeconds(2));
        var failed = Apply(OrderTransitions.Fail(begun, Failure("theirs-1"), Start.AddSeconds(3), Start.AddSeconds(3)));

        Assert.Equal(("in_progress", "theirs-1"), (begun.Status, begun.WorkflowId));
        Assert.Equal(Start.AddSeconds(1), Assert.Single(begun.Attempts).BegunAt);
        Assert.IsType<Transition.Unchanged>(again);
        Assert.Equal("superseded", Reprocessing.Domain.Names.EnumNames.Of(Assert.IsType<Transition.Refused>(other).Reason));
        Assert.Equal("theirs-1", Assert.Single(failed.Attempts).Failure?.WorkflowId);
    }

    [Fact]
    public void A_start_that_nobody_begins_is_asked_for_less_and_less_often_and_fails_as_an_attempt()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run", Start));
        var workflowId = order.WorkflowId!;
        Assert.Equal(Start, order.StartDueAt);

        var once = Apply(OrderTransitions.DeferStart(order, workflowId, "It answered 503.", null, Start.AddMinutes(1)));
        var twice = Apply(OrderTransitions.DeferStart(once, workflowId, null, Start.AddHours(1), Start.AddMinutes(15)));
        var last = Apply(OrderTransitions.DeferStart(twice, workflowId, null, Start.AddHours(1), Start.AddMinutes(45)));
        var late = Apply(OrderTransitions.DeferStart(twice, workflowId, null, null, Start.AddHours(5)));
        var failure = Failure(workflowId) with { Status = FailureStatuses.NotAcknowledged };
        var failed = Apply(OrderTransitions.FailStart(late, failure, Start.AddHours(6), Start.AddHours(6)));
        var again = Apply(OrderTransitions.Restart(failed, "run-2", Start.AddHours(6)));

        DateTimeOffset?[] asked = [once.StartDueAt, twice.StartDueAt, last.StartDueAt, late.StartDueAt];
        Assert.Equal([Start.AddMinutes(2), Start.AddMinutes(30), Start.AddHours(1), Start.AddHours(6)], asked);
        Assert.Equal((order.Version, order.EventCount), (late.Version, late.EventCount));
        Assert.Equal(("not_acknowledged", 1), (failed.Status, failed.RetryCount));
        Assert.Equal(failure, failed.Attempts[^1].Failure);
        Assert.Null(failed.StartDueAt);
        Assert.Equal((2, Start.AddHours(6)), (again.RetryCount, again.StartDueAt));
    }

    [Fact]
    public void A_start_that_was_begun_is_neither_deferred_nor_given_up()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run", Start));
        var begun = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start.AddMinutes(1)));

        Assert.IsType<Transition.Unchanged>(OrderTransitions.DeferStart(begun, begun.WorkflowId!, null, null, Start.AddHours(1)));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.FailStart(begun, Failure(begun.WorkflowId!), Start, Start.AddHours(1)));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.FailStart(order, Failure("another"), Start, Start.AddHours(1)));
    }

    [Fact]
    public void An_order_whose_workflow_has_not_begun_can_be_moved_to_the_queue_with_its_attempt_failed()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run", Start));

        var moved = Assert.IsType<Transition.Applied>(DeadLetterTransitions.Move(order, new("ann", "It hangs."), Start.AddMinutes(5)));

        Assert.True(moved.Order.IsOpenDeadLetter);
        Assert.Equal([new AttemptOutcome("run", BusinessOutcome.FailedNew)], AttemptOutcome.Of(order, moved.Order));
        Assert.Equal([TimelineEventKind.Failed, TimelineEventKind.DeadLettered], moved.Events.Select(told => told.Kind));
        Assert.Equal([order.EventCount, order.EventCount + 1], moved.Events.Select(told => told.Sequence));
        Assert.Equal("not_acknowledged", moved.Order.Attempts[^1].Failure?.Status);
        Assert.Equal("not_acknowledged", DeadLetterEntry.Of(moved.Order).FinalFailureStatus);
        Assert.IsType<Transition.Refused>(OrderTransitions.Begin(moved.Order, order.WorkflowId!, RestartPoint.Beginning, Start.AddMinutes(6)));
        var begun = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start.AddMinutes(1)));
        Assert.Equal(Reprocessing.Domain.Orders.Refusal.ActiveWorkflow, Refusal(DeadLetterTransitions.Move(begun, new("ann"), Start)));
    }

    [Fact]
    public void Five_failures_give_five_restarts_and_the_sixth_a_dead_letter()
    {
        var rule = new ReprocessingRule("run", 5, FailureStatuses.RetriedByDefault);
        var order = Failed();
        for (var retry = 1; retry <= 5; retry++)
        {
            Assert.IsType<ReprocessingDecision.Restart>((rule with { RunId = $"run-{retry}" }).Decide(order, Start.AddHours(retry)));
            order = Apply(OrderTransitions.Restart(order, $"run-{retry}", Start.AddHours(retry)));
            Assert.Equal($"order-fulfillment-ORD-1-retry-{retry}", order.WorkflowId);
            order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start.AddHours(retry)));
            order = Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!), Start.AddHours(retry), Start.AddHours(retry)));
        }

        Assert.IsType<ReprocessingDecision.DeadLetter>((rule with { RunId = "run-6" }).Decide(order, Start.AddHours(6)));
        order = Apply(OrderTransitions.DeadLetter(order, "run-6", Start.AddHours(6)));

        Assert.Equal(("dead_letter", 5, 6), (order.Status, order.RetryCount, order.Attempts.Count));
        Assert.All(order.Attempts, attempt => Assert.Equal(attempt.WorkflowId, attempt.Failure?.WorkflowId));
        var entry = DeadLetterEntry.Of(order);
        Assert.Equal(("order-fulfillment-ORD-1", 5, 6, 0), (entry.OriginalWorkflowId, entry.TotalRetryAttempts, entry.RetryHistory.Count, entry.ReopenCount));
    }

    [Fact]
    public void Success_clears_the_retry_metadata_and_keeps_the_attempts()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run", Start.AddHours(1)));
        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start.AddHours(1)));
        order = Apply(OrderTransitions.Complete(order, order.WorkflowId!, Start.AddHours(2)));

        Assert.Equal((0, 2), (order.RetryCount, order.Attempts.Count));
        Assert.Null(order.Failure);
        Assert.Null(order.DueAt);
    }

    [Fact]
    public void Begin_resumes_at_the_failed_stage_or_at_the_beginning()
    {
        var order = OrderTransitions.Create(Input(), Start).Order;
        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start));
        order = Apply(OrderTransitions.CompleteStage(order, order.WorkflowId!, Stage.Validate, Start));
        order = Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!, "wave_timeout"), Start, Start));
        order = Apply(OrderTransitions.Restart(order, "run", Start));

        Assert.Equal(Stage.Validate, Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.FailedStage, Start)).Checkpoint);
        Assert.Null(Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start)).Checkpoint);
    }

    [Fact]
    public void Everything_asked_twice_is_unchanged()
    {
        var order = OrderTransitions.Create(Input(), Start).Order;
        var workflow = order.WorkflowId!;
        order = Apply(OrderTransitions.Begin(order, workflow, RestartPoint.Beginning, Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.Begin(order, workflow, RestartPoint.Beginning, Start));
        order = Apply(OrderTransitions.CompleteStage(order, workflow, Stage.Plan, Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.CompleteStage(order, workflow, Stage.Plan, Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.CompleteStage(order, workflow, Stage.Validate, Start));
        var failed = Apply(OrderTransitions.Fail(order, Failure(workflow), Start, Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.Fail(failed, Failure(workflow, "packing_failed"), Start, Start));
        var restarted = Apply(OrderTransitions.Restart(failed, "run", Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.Fail(restarted, Failure(workflow), Start, Start));
        var completed = Apply(OrderTransitions.Complete(order, workflow, Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.Complete(completed, workflow, Start));
        var cancelled = Apply(OrderTransitions.Cancel(order, new("tester", "asked"), Start));
        Assert.IsType<Transition.Unchanged>(OrderTransitions.Cancel(cancelled, new("tester", "asked"), Start));
    }

    [Fact]
    public void Workflow_that_does_not_own_the_order_is_superseded()
    {
        var order = Apply(OrderTransitions.Restart(Failed(), "run", Start));

        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.Begin(order, "order-fulfillment-ORD-1", RestartPoint.Beginning, Start)));
        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.CompleteStage(order, "order-fulfillment-ORD-1", Stage.Ship, Start)));
        Assert.Equal(Domain.Orders.Refusal.Superseded, Refusal(OrderTransitions.Complete(order, "order-fulfillment-ORD-1", Start)));
        Assert.Equal(Domain.Orders.Refusal.ActiveWorkflow, Refusal(OrderTransitions.Fail(order, Failure("somebody-else"), Start, Start)));
    }

    [Fact]
    public void Illegal_transitions_are_refused_by_name()
    {
        var pending = OrderTransitions.Create(Input(), Start).Order;
        var failed = Failed();
        var dead = Apply(OrderTransitions.DeadLetter(failed, "run", Start));
        var cancelled = Apply(OrderTransitions.Cancel(failed, new("tester", "asked"), Start));

        Assert.Equal(Domain.Orders.Refusal.NotBegun, Refusal(OrderTransitions.Complete(pending, pending.WorkflowId!, Start)));
        Assert.Equal(Domain.Orders.Refusal.NotBegun, Refusal(OrderTransitions.CompleteStage(pending, pending.WorkflowId!, Stage.Validate, Start)));
        Assert.Equal(Domain.Orders.Refusal.ActiveWorkflow, Refusal(OrderTransitions.Restart(pending, "run", Start)));
        Assert.Equal(Domain.Orders.Refusal.ActiveWorkflow, Refusal(OrderTransitions.DeadLetter(pending, "run", Start)));
        Assert.Equal(Domain.Orders.Refusal.NotFailed, Refusal(OrderTransitions.Restart(dead, "run", Start)));
        Assert.Equal(Domain.Orders.Refusal.NotFailed, Refusal(OrderTransitions.Restart(cancelled, "run", Start)));
        Assert.Equal(Domain.Orders.Refusal.AlreadyFailed, Refusal(OrderTransitions.Fail(failed, Failure("somebody-else"), Start, Start)));
        Assert.Equal(Domain.Orders.Refusal.Ended, Refusal(OrderTransitions.Fail(dead, Failure("somebody-else"), Start, Start)));
        Assert.Equal(Domain.Orders.Refusal.Ended, Refusal(OrderTransitions.Begin(failed, failed.WorkflowId!, RestartPoint.Beginning, Start)));
        Assert.Equal(Domain.Orders.Refusal.Ended, Refusal(OrderTransitions.Complete(failed, failed.WorkflowId!, Start)));
    }

    [Fact]
    public void Order_run_elsewhere_fails_with_whatever_workflow_reports()
    {
        var order = OrderTransitions.CreateExternal(Input(), Start).Order;
        Assert.Null(order.StartDecidedAt);

        order = Apply(OrderTransitions.Fail(order, Failure("wms-99"), Start, Start));

        Assert.Equal("wms-99", Assert.Single(order.Attempts).WorkflowId);
        Assert.Equal("order-fulfillment-ORD-1-retry-1", Apply(OrderTransitions.Restart(order, "run", Start)).WorkflowId);
    }

    [Fact]
    public void Attempts_beyond_fifty_are_dropped_and_counted()
    {
        var order = Failed();
        for (var retry = 0; retry < 60; retry++)
        {
            order = Apply(OrderTransitions.Restart(order, "run", Start));
            order = Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!), Start, Start));
        }

        Assert.Equal((50, 11), (order.Attempts.Count, order.DroppedAttempts));
        Assert.Equal(60, order.Attempts[^1].Number);
    }
}
