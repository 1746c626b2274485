using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

/// <summary>Whatever runs, jobs and people ask of an order in whatever sequence, the order and its entry tell the same story.</summary>
public sealed class DeadLetterWalkTests
{
    [Fact]
    public void Any_walk_keeps_the_order_and_its_entry_together()
    {
        var steps = Gen.Choose(0, 9).SelectMany(kind => Gen.Choose(0, 2).Select(who => (kind, who))).ListOf();

        Prop.ForAll(steps.ToArbitrary(), walk =>
        {
            var life = new Life(Failed(), null);
            var now = Start;
            foreach (var (kind, who) in walk)
            {
                now = now.AddSeconds(1);
                var action = who == 0 ? new AuditedAction("ada", "asked") : new AuditedAction("ada", "asked") { JobId = $"job-{who}" };
                if (Ask(life.Order, kind, action, now) is Transition.Applied applied)
                {
                    // A move also fails the attempt that has not begun.
                    Assert.InRange(applied.Events.Count, 1, kind == 4 ? 2 : 1);
                    Assert.Equal(Enumerable.Range(life.Order.EventCount, applied.Events.Count), applied.Events.Select(told => told.Sequence));
                    Assert.Equal(life.Order.Version + applied.Events.Count, applied.Order.Version);
                    Assert.Equal(life.Order.LastRun, kind is 0 or 1 ? life.Order.LastRun : applied.Order.LastRun);
                    life = life.After(kind, applied, action, now);
                    Holds(life);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_lease_changes_neither_version_nor_timeline()
    {
        var order = Failed();
        var leased = OrderLeases.Take(order, "job-1", Start.AddMinutes(5), Start)!;

        Assert.Null(OrderLeases.Take(leased, "job-2", Start.AddMinutes(9), Start.AddMinutes(1)));
        Assert.NotNull(OrderLeases.Take(leased, "job-2", Start.AddMinutes(9), Start.AddMinutes(6)));
        Assert.Same(leased, OrderLeases.Free(leased, "job-2"));
        Assert.Equal((order.Version, order.EventCount, order.UpdatedAt), (leased.Version, leased.EventCount, leased.UpdatedAt));
    }

    [Theory]
    [InlineData("validation_failed", 1, false, "permanent_failure")]
    [InlineData("validation_failed", 1, true, null)]
    [InlineData("picking_failed", 3, false, null)]
    [InlineData("picking_failed", 4, false, "reopened_too_often")]
    [InlineData("picking_failed", 4, true, null)]
    public void What_is_not_taken_up_unless_forced(string status, int deadLettered, bool force, string? reason)
    {
        var order = Failed(status) with { DeadLetterCount = deadLettered };

        Assert.Equal(reason, RetryGuard.Check(order, force));
    }

    private static void Holds(Life life)
    {
        var (order, entry) = life;
        Assert.Equal(order.IsOpenDeadLetter, entry is { Resolution: null });
        Assert.Equal(order.DeadLetteredAt is not null, entry is not null);
        Assert.Equal(order.Phase == OrderPhase.Failed, order.DueAt is not null);
        Assert.Equal(order.Phase == OrderPhase.PendingRetry, order.StartDecidedAt is not null);
        Assert.True(order.EscalatedAt is null || order.Phase == OrderPhase.DeadLetter);
        Assert.Equal(order.WorkflowId, order.Attempts[^1].WorkflowId);
        Assert.Equal(order.Attempts.Count, order.Attempts.Select(attempt => attempt.WorkflowId).Distinct().Count());
        Assert.Equal(order.Attempts[^1].Generation, order.Generation);
        if (entry is not null)
        {
            Assert.Equal(order.DeadLetteredAt, entry.MovedToQueueAt);
            Assert.Equal(order.DeadLetterCount - 1, entry.ReopenCount);
            Assert.Equal((entry.Resolution is null, entry.Resolution is null), (entry.ResolvedAt is null, entry.ResolvedBy is null));
        }
    }

    private static Transition Ask(Order order, int kind, AuditedAction action, DateTimeOffset now) => kind switch
    {
        0 => OrderTransitions.Restart(order, $"run-{now.Ticks}", now),
        1 => OrderTransitions.DeadLetter(order, $"run-{now.Ticks}", now),
        2 => DeadLetterTransitions.Requeue(order, RestartRequest.Plain, action, now),
        3 when action.JobId is not null => DeadLetterTransitions.Restart(order, RestartRequest.Plain with { JobAttempt = 2 }, action, now),
        4 => DeadLetterTransitions.Move(order, action, now),
        5 => DeadLetterTransitions.Escalate(order, action, now),
        6 => DeadLetterTransitions.Cancel(order, action, now),
        7 => DeadLetterTransitions.Purge(order, action, now),
        8 => OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, now),
        9 => OrderTransitions.Fail(order, Failure(order.WorkflowId!), now, now),
        _ => new Transition.Unchanged(),
    };

    /// <param name="Entry">As storage writes it with the order.</param>
    private sealed record Life(Order Order, DeadLetterEntry? Entry)
    {
        public Life After(int kind, Transition.Applied applied, AuditedAction action, DateTimeOffset now) => new(applied.Order, kind switch
        {
            1 => DeadLetterEntry.Of(applied.Order),
            4 => DeadLetterEntry.Of(applied.Order, action),
            2 => Entry!.Resolve(DeadLetterResolution.ManualRetry, action, applied.Order, now),
            5 => Entry!.Resolve(DeadLetterResolution.Escalated, action, applied.Order, now),
            6 => Entry?.Resolve(DeadLetterResolution.Cancelled, action, applied.Order, now),
            7 => null,
            _ => Entry,
        });
    }
}
