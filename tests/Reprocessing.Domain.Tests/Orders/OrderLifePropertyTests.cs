using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

/// <summary>Whatever is asked of an order in whatever sequence, what the storage derives its index rows from holds.</summary>
public sealed class OrderLifePropertyTests
{
    [Fact]
    public void Any_walk_keeps_the_order_whole()
    {
        var steps = Gen.Choose(0, 7).SelectMany(kind => Gen.Choose(0, 3).Select(who => (kind, who))).ListOf();

        Prop.ForAll(steps.ToArbitrary(), walk =>
        {
            var order = OrderTransitions.Create(Input(), Start).Order;
            var now = Start;
            foreach (var (kind, who) in walk)
            {
                now = now.AddSeconds(1);
                if (Ask(order, kind, who, now) is not Transition.Applied applied)
                {
                    continue;
                }

                Assert.Equal(order.EventCount, Assert.Single(applied.Events).Sequence);
                Assert.Equal((order.Version + 1, order.EventCount + 1), (applied.Order.Version, applied.Order.EventCount));
                Assert.IsNotType<Transition.Applied>(AskAgain(applied.Order, kind, who, now));
                order = applied.Order;
                Holds(order);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static void Holds(Order order)
    {
        Assert.Equal(order.Phase == OrderPhase.Failed, order.DueAt is not null);
        Assert.Equal(order.Phase is OrderPhase.Pending or OrderPhase.PendingRetry, order.StartDecidedAt is not null);
        Assert.Equal(order.Phase is OrderPhase.Failed or OrderPhase.DeadLetter, order.Failure is not null && order.Phase != OrderPhase.Cancelled);
        Assert.Equal(order.WorkflowId, order.Attempts[^1].WorkflowId);
        Assert.Equal(order.Attempts.Count, order.Attempts.Select(attempt => attempt.WorkflowId).Distinct().Count());
    }

    // The same request again must do nothing; a restart is another request when the run is another.
    private static Transition AskAgain(Order order, int kind, int who, DateTimeOffset now) =>
        Ask(order, kind, kind == 2 || kind == 1 ? -1 : who, now);

    private static Transition Ask(Order order, int kind, int who, DateTimeOffset now)
    {
        var workflow = who switch
        {
            -1 => order.WorkflowId!,
            0 => "order-fulfillment-ORD-1",
            _ => order.WorkflowId!,
        };
        return kind switch
        {
            0 => OrderTransitions.Begin(order, workflow, (RestartPoint)(Math.Abs(who) % 2), now),
            1 => OrderTransitions.CompleteStage(order, workflow, Stage.Pick, now),
            2 => OrderTransitions.Fail(order, Failure(workflow), now, now),
            3 => OrderTransitions.Restart(order, $"run-{who}", now),
            4 => OrderTransitions.DeadLetter(order, $"run-{who}", now),
            5 => OrderTransitions.Complete(order, workflow, now),
            6 when who == 3 => OrderTransitions.Cancel(order, new("tester", "asked"), now),
            _ => new Transition.Unchanged(),
        };
    }
}
