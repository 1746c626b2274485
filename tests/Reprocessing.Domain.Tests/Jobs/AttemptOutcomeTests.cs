namespace Reprocessing.Domain.Tests.Jobs;

public sealed class AttemptOutcomeTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 15, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void First_attempt_was_asked_for_by_no_job()
    {
        var begun = Begin(Created());

        Assert.Empty(AttemptOutcome.Of(null, begun));
        Assert.Empty(AttemptOutcome.Of(begun, Fail(begun, "no picker")));
        Assert.Empty(AttemptOutcome.Of(begun, Applied(OrderTransitions.Complete(begun, begun.WorkflowId!, Now))));
    }

    [Fact]
    public void Restarted_order_that_completes_is_told_to_the_run()
    {
        var begun = Begin(Restart(Fail(Begin(Created()), "no picker"), "run-1"));

        var outcome = AttemptOutcome.Of(begun, Applied(OrderTransitions.Complete(begun, begun.WorkflowId!, Now)));

        Assert.Equal([new("run-1", BusinessOutcome.Succeeded)], outcome);
    }

    [Theory]
    [InlineData("no picker", "no picker", BusinessOutcome.FailedSame)]
    [InlineData("no picker at 10:03", "No picker at 11:55", BusinessOutcome.FailedSame)]
    [InlineData("no picker", "no cart", BusinessOutcome.FailedNew)]
    public void Failure_is_the_same_by_its_fingerprint(string before, string now, BusinessOutcome expected)
    {
        var begun = Begin(Restart(Fail(Begin(Created()), before), "run-1"));

        Assert.Equal([new("run-1", expected)], AttemptOutcome.Of(begun, Fail(begun, now)));
    }

    [Fact]
    public void Failure_is_compared_with_the_one_that_the_job_found_not_with_the_jobs_own_last_one()
    {
        var found = Fail(Begin(Created()), "no picker");
        var once = Fail(Begin(Restart(found, "job-1")), "no cart");
        var begun = Begin(Restart(once, "job-1"));

        Assert.Equal([new("job-1", BusinessOutcome.FailedNew)], AttemptOutcome.Of(begun, Fail(begun, "no cart")));
        Assert.Equal([new("job-1", BusinessOutcome.FailedSame)], AttemptOutcome.Of(begun, Fail(begun, "no picker")));
    }

    [Fact]
    public void Steps_between_the_ends_tell_nothing()
    {
        var failed = Fail(Begin(Created()), "no picker");
        var restarted = Restart(failed, "run-1");
        var begun = Begin(restarted);
        var staged = Applied(OrderTransitions.CompleteStage(begun, begun.WorkflowId!, Stage.Validate, Now));

        Assert.Empty(AttemptOutcome.Of(failed, restarted));
        Assert.Empty(AttemptOutcome.Of(restarted, begun));
        Assert.Empty(AttemptOutcome.Of(begun, staged));
        Assert.Empty(AttemptOutcome.Of(begun, OrderTransitions.Note(begun, "seen", Now).Order));
    }

    [Fact]
    public void First_dead_letter_is_not_again()
    {
        var failed = Fail(Begin(Restart(Fail(Begin(Created()), "no picker"), "run-1")), "no picker");

        Assert.Empty(AttemptOutcome.Of(failed, Applied(OrderTransitions.DeadLetter(failed, "run-2", Now))));
    }

    [Fact]
    public void Dead_letter_again_is_told_to_the_last_run_and_to_the_job_that_took_it_up()
    {
        var taken = Fail(Begin(Requeue(DeadLetter(Fail(Begin(Created()), "no picker")), "job-1")), "no picker");
        var restarted = Fail(Begin(Restart(taken, "run-3")), "no picker");

        Assert.Equal(
            [new("run-3", BusinessOutcome.DeadLetteredAgain), new("job-1", BusinessOutcome.DeadLetteredAgain)],
            AttemptOutcome.Of(restarted, DeadLetter(restarted)));
        Assert.Equal([new("job-1", BusinessOutcome.DeadLetteredAgain)], AttemptOutcome.Of(taken, DeadLetter(taken)));
    }

    [Fact]
    public void Dead_letter_again_is_told_to_the_last_run_alone_where_the_order_does_not_know_its_first_attempt_any_more()
    {
        var taken = Fail(Begin(Requeue(DeadLetter(Fail(Begin(Created()), "no picker")), "job-1")), "no picker");
        var restarted = Fail(Begin(Restart(taken, "run-3")), "no picker");
        var old = restarted with { Attempts = [restarted.Attempts[^1]], DroppedAttempts = 2 };

        Assert.Equal([new("run-3", BusinessOutcome.DeadLetteredAgain)], AttemptOutcome.Of(old, DeadLetter(old)));
    }

    [Fact]
    public void Cancellation_ends_an_attempt_that_is_under_way_and_no_other()
    {
        var failed = Fail(Begin(Created()), "no picker");
        var begun = Begin(Restart(failed, "run-1"));
        var failedAgain = Fail(begun, "no picker");

        Assert.Equal([new("run-1", BusinessOutcome.Cancelled)], AttemptOutcome.Of(begun, Cancel(begun)));
        Assert.Empty(AttemptOutcome.Of(failedAgain, Cancel(failedAgain)));
    }

    private static Order Created() => OrderTransitions.Create(new("ORD-1", "CUST-1", [new("SKU-1", 1, 1)]), Now).Order;

    private static Order Begin(Order order) => Applied(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Now));

    private static Order Restart(Order order, string runId) => Applied(OrderTransitions.Restart(order, runId, Now));

    private static Order DeadLetter(Order order) => Applied(OrderTransitions.DeadLetter(order, "run-9", Now));

    private static Order Cancel(Order order) => Applied(OrderTransitions.Cancel(order, new("tester", "asked"), Now));

    private static Order Fail(Order order, string reason) => Applied(OrderTransitions.Fail(
        order, OrderFailure.From(new(order.OrderId, "picking_failed", order.WorkflowId!, Now, reason)), Now, Now));

    private static Order Requeue(Order order, string jobId)
    {
        var workflowId = WorkflowIds.For(order.OrderId, order.Generation + 1, 0);
        return order with
        {
            Phase = OrderPhase.PendingRetry,
            Generation = order.Generation + 1,
            RetryCount = 0,
            Failure = null,
            WorkflowId = workflowId,
            Attempts = [.. order.Attempts, new(0, order.Generation + 1, workflowId, Now) { RunId = jobId }],
        };
    }

    private static Order Applied(Transition transition) => Assert.IsType<Transition.Applied>(transition).Order;
}
