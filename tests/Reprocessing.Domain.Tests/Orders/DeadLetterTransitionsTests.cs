using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class DeadLetterTransitionsTests
{
    private static readonly DateTimeOffset Now = Start.AddHours(2);
    private static readonly AuditedAction Person = new("ada", "asked");
    private static readonly AuditedAction Job = new("ada", "asked") { JobId = "job-1" };

    [Fact]
    public void A_requeued_order_begins_a_new_generation_and_keeps_its_attempts()
    {
        var dead = Dead();

        var (order, told) = Applied(DeadLetterTransitions.Requeue(dead, RestartRequest.Plain, Person, Now));

        Assert.Equal((OrderPhase.PendingRetry, dead.Generation + 1, 0), (order.Phase, order.Generation, order.RetryCount));
        Assert.Equal("order-fulfillment-ORD-1-g1", order.WorkflowId);
        Assert.Equal([.. dead.Attempts, new(0, 1, order.WorkflowId!, Now)], order.Attempts);
        Assert.Equal((Now, null, null, null), (order.StartDecidedAt, order.DueAt, order.Failure, order.Lease));
        Assert.Equal((TimelineEventKind.Requeued, "pending_retry", order.WorkflowId, "ada", "asked"), (told.Kind, told.Status, told.WorkflowId, told.Actor, told.Detail));
        Assert.Null(told.RunId);
    }

    [Fact]
    public void What_a_job_requeues_carries_its_id_and_attempt_and_is_held_as_long_as_it_waits()
    {
        var request = RestartRequest.Plain with { JobAttempt = 2, HoldUntil = Now.AddMinutes(5), Modifications = new(TimeSpan.FromMinutes(3)) };

        var (order, told) = Applied(DeadLetterTransitions.Requeue(Dead(), request, Job, Now));

        Assert.Equal(("job-1", 2), (order.Attempts[^1].RunId, order.Attempts[^1].JobAttempt));
        Assert.Equal(new Lease("job-1", Now.AddMinutes(5)), order.Lease);
        Assert.Equal(request.Modifications, order.Modifications);
        Assert.Equal("job-1", told.RunId);
    }

    [Fact]
    public void Nobody_but_a_job_holds_an_order()
    {
        var held = Dead() with { Lease = new("job-0", Now.AddMinutes(1)) };

        Assert.Null(Applied(DeadLetterTransitions.Requeue(held, RestartRequest.Plain with { HoldUntil = Now.AddMinutes(5) }, Person, Now)).Order.Lease);
        Assert.Null(Applied(DeadLetterTransitions.Requeue(held, RestartRequest.Plain, Job, Now)).Order.Lease);
    }

    [Theory]
    [InlineData(null, "The attempt had not begun when the order was moved.")]
    [InlineData("503 from the receiver", "503 from the receiver")]
    public void An_order_that_is_moved_before_its_restart_has_begun_fails_with_what_its_starter_was_answered(string? answer, string reason)
    {
        var waiting = Apply(DeadLetterTransitions.Restart(Failed(), RestartRequest.Plain, Person, Now));
        waiting = Apply(OrderTransitions.DeferStart(waiting, waiting.WorkflowId!, answer, latest: null, Now.AddMinutes(1)));

        var dead = Apply(DeadLetterTransitions.Move(waiting, Person, Now.AddMinutes(2)));

        Assert.Equal(OrderPhase.DeadLetter, dead.Phase);
        Assert.Equal((FailureStatuses.NotAcknowledged, waiting.WorkflowId, reason), (dead.Failure!.Status, dead.Failure.WorkflowId, dead.Failure.Reason));
    }

    [Fact]
    public void An_escalated_order_is_requeued_and_a_purged_one_is_not()
    {
        var escalated = Apply(DeadLetterTransitions.Escalate(Dead(), Person, Now));
        var purged = Apply(DeadLetterTransitions.Purge(Dead(), Person, Now));

        var order = Apply(DeadLetterTransitions.Requeue(escalated, RestartRequest.Plain, Person, Now));

        Assert.Equal((OrderPhase.PendingRetry, null), (order.Phase, order.EscalatedAt));
        Refused(Domain.Orders.Refusal.NotDeadLetter, "Order ORD-1 is dead_letter and has no open dead letter.", DeadLetterTransitions.Requeue(purged, RestartRequest.Plain, Person, Now));
        Refused(Domain.Orders.Refusal.NotDeadLetter, "Order ORD-1 is picking_failed and has no open dead letter.", DeadLetterTransitions.Requeue(Failed(), RestartRequest.Plain, Person, Now));
    }

    [Fact]
    public void A_job_restarts_an_order_that_failed_under_it_within_its_generation()
    {
        var failed = Failed() with { Generation = 2, RetryCount = 1 };

        var (order, told) = Applied(DeadLetterTransitions.Restart(failed, RestartRequest.Plain with { JobAttempt = 2 }, Job, Now));

        Assert.Equal((OrderPhase.PendingRetry, 2, 2, "order-fulfillment-ORD-1-g2-retry-2"), (order.Phase, order.Generation, order.RetryCount, order.WorkflowId));
        Assert.Equal((2, 2, 2, "job-1"), (order.Attempts[^1].Number, order.Attempts[^1].Generation, order.Attempts[^1].JobAttempt, order.Attempts[^1].RunId));
        Assert.Equal(TimelineEventKind.Restarted, told.Kind);
        Refused(Domain.Orders.Refusal.ActiveWorkflow, "Order ORD-1 is pending_retry, not failed.", DeadLetterTransitions.Restart(order, RestartRequest.Plain, Job, Now));
        Refused(Domain.Orders.Refusal.NotFailed, "Order ORD-1 is dead_letter, not failed.", DeadLetterTransitions.Restart(Dead(), RestartRequest.Plain, Job, Now));
    }

    [Fact]
    public void A_failed_order_is_moved_into_the_queue_for_the_reason_that_is_given_or_else_its_own()
    {
        var failed = Failed() with { Lease = new("job-0", Now) };

        var (order, told) = Applied(DeadLetterTransitions.Move(failed, Person, Now));
        var without = Applied(DeadLetterTransitions.Move(failed, new("ada"), Now)).Event;

        Assert.Equal((OrderPhase.DeadLetter, 1, Now), (order.Phase, order.DeadLetterCount, order.DeadLetteredAt));
        Assert.Equal((null, null), (order.DueAt, order.Lease));
        Assert.True(order.IsOpenDeadLetter);
        Assert.Equal((TimelineEventKind.DeadLettered, "dead_letter", "asked"), (told.Kind, told.Status, told.Detail));
        Assert.Equal(failed.Failure!.Reason, without.Detail);
    }

    [Fact]
    public void A_dead_letter_is_moved_again_only_when_it_is_not_open()
    {
        var escalated = Apply(DeadLetterTransitions.Escalate(Dead(), Person, Now));
        var purged = Apply(DeadLetterTransitions.Purge(Dead(), Person, Now));

        Assert.IsType<Transition.Unchanged>(DeadLetterTransitions.Move(Dead(), Person, Now));
        Assert.All([escalated, purged], closed =>
        {
            var order = Apply(DeadLetterTransitions.Move(closed, Person, Now.AddMinutes(1)));
            Assert.True(order.IsOpenDeadLetter);
            Assert.Equal((2, Now.AddMinutes(1)), (order.DeadLetterCount, order.DeadLetteredAt));
            Assert.Equal((null, null, null), (order.EscalatedAt, order.PurgedBy, order.PurgedAt));
        });
    }

    [Fact]
    public void An_order_that_is_at_work_or_over_is_not_moved()
    {
        var pending = OrderTransitions.Create(Input(), Start).Order;
        var processing = Apply(OrderTransitions.Begin(pending, pending.WorkflowId!, RestartPoint.Beginning, Start));
        var cancelled = Apply(OrderTransitions.Cancel(pending, Person, Start));

        Refused(Domain.Orders.Refusal.ActiveWorkflow, "Order ORD-1 is in_progress, not failed.", DeadLetterTransitions.Move(processing, Person, Now));
        Refused(Domain.Orders.Refusal.Ended, "Order ORD-1 is cancelled.", DeadLetterTransitions.Move(cancelled, Person, Now));
    }

    [Fact]
    public void An_order_whose_attempt_nobody_began_is_moved_with_that_attempt_as_a_failed_one()
    {
        var pending = OrderTransitions.Create(Input(), Start).Order;

        var moved = Apply(DeadLetterTransitions.Move(pending, Person, Now));

        Assert.Equal((OrderPhase.DeadLetter, true), (moved.Phase, moved.IsOpenDeadLetter));
        Assert.Equal("not_acknowledged", Assert.Single(moved.Attempts).Failure?.Status);
    }

    [Fact]
    public void An_escalated_order_stays_a_dead_letter_that_is_not_open()
    {
        var dead = Dead() with { Lease = new("job-1", Now.AddMinutes(1)) };

        var (order, told) = Applied(DeadLetterTransitions.Escalate(dead, Job, Now));

        Assert.Equal((OrderPhase.DeadLetter, Now, false, true), (order.Phase, order.EscalatedAt, order.IsOpenDeadLetter, order.HasResolvableEntry));
        Assert.Null(order.Lease);
        Assert.Equal((TimelineEventKind.Escalated, null, "job-1", "asked"), (told.Kind, told.Status, told.RunId, told.Detail));
        Refused(Domain.Orders.Refusal.NotDeadLetter, "Order ORD-1 is dead_letter and has no open dead letter.", DeadLetterTransitions.Escalate(order, Job, Now));
    }

    [Fact]
    public void A_dead_letter_is_cancelled_whether_it_is_open_escalated_or_purged()
    {
        var dead = Dead() with { Lease = new("job-1", Now.AddMinutes(1)) };
        Order[] all = [dead, Apply(DeadLetterTransitions.Escalate(dead, Person, Now)), Apply(DeadLetterTransitions.Purge(dead, Person, Now))];

        Assert.All(all, before =>
        {
            var (order, told) = Applied(DeadLetterTransitions.Cancel(before, Person, Now));
            Assert.Equal((OrderPhase.Cancelled, null, null), (order.Phase, order.EscalatedAt, order.Lease));
            Assert.Equal((TimelineEventKind.Cancelled, "cancelled", "ada"), (told.Kind, told.Status, told.Actor));
        });
        Refused(Domain.Orders.Refusal.NotDeadLetter, "Order ORD-1 is picking_failed and has no open dead letter.", DeadLetterTransitions.Cancel(Failed(), Person, Now));
    }

    [Fact]
    public void A_purge_deletes_the_entry_and_remembers_who_did_it()
    {
        var (order, told) = Applied(DeadLetterTransitions.Purge(Dead(), Job, Now));
        var byPerson = Apply(DeadLetterTransitions.Purge(Dead(), Person, Now));

        Assert.Equal((OrderPhase.DeadLetter, null, "job-1", Now), (order.Phase, order.DeadLetteredAt, order.PurgedBy, order.PurgedAt));
        Assert.Equal("ada", byPerson.PurgedBy);
        Assert.Equal((TimelineEventKind.Purged, null), (told.Kind, told.Status));
        Refused(Domain.Orders.Refusal.NotDeadLetter, "Order ORD-1 is dead_letter and has no open dead letter.", DeadLetterTransitions.Purge(order, Job, Now));
    }

    private static Order Dead() => Apply(OrderTransitions.DeadLetter(Failed(), "run", Start.AddHours(1)));

    private static (Order Order, TimelineEvent Event) Applied(Transition transition)
    {
        var applied = Assert.IsType<Transition.Applied>(transition);
        return (applied.Order, Assert.Single(applied.Events));
    }

    private static void Refused(Refusal reason, string message, Transition transition) =>
        Assert.Equal(new Transition.Refused(reason, message), transition);
}
