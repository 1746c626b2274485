using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class OrderTests
{
    [Fact]
    public void The_trace_of_an_order_is_that_of_its_last_failed_attempt()
    {
        var failed = Failed();
        var traced = failed with { Attempts = [failed.Attempts[0] with { Failure = failed.Attempts[0].Failure! with { TraceParent = "00-1" } }] };

        Assert.Equal("00-1", Apply(OrderTransitions.Restart(traced, "run", Start.AddHours(1))).FailedTrace);
        Assert.Null(OrderTransitions.Create(Input(), Start).Order.FailedTrace);
    }

    [Fact]
    public void An_order_runs_here_when_any_attempt_was_this_apps_or_is_not_known_any_more()
    {
        var own = Failed();
        var external = own with { Attempts = [own.Attempts[0] with { WorkflowId = "theirs-1" }] };
        var taken = Apply(OrderTransitions.Restart(external, "run", Start.AddHours(1)));

        Assert.Equal((true, true), (own.WasStartedHere, own.IsRunHere));
        Assert.Equal((false, false), (external.WasStartedHere, external.IsRunHere));
        Assert.Equal((false, true), (taken.WasStartedHere, taken.IsRunHere));
        Assert.True((external with { DroppedAttempts = 1 }).IsRunHere);
        Assert.True(Apply(OrderTransitions.Restart(own, "run", Start.AddHours(1))).WasStartedHere);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, false)]
    public void The_first_start_is_the_first_attempt_of_the_first_generation(int attempt, int generation, bool isFirst) =>
        Assert.Equal(isFirst, new OrderStart("ORD-1", "w", attempt, generation, Input()).IsFirst);

    [Fact]
    public void A_lease_is_freed_by_its_owner_alone_and_says_whose_it_is()
    {
        var held = OrderLeases.Take(Failed(), "job-1", Start.AddHours(1), Start)!;

        Assert.Null(OrderLeases.Free(held, "job-1").Lease);
        Assert.Same(held, OrderLeases.Free(held, "job-2"));
        Assert.Null(OrderLeases.Take(held, "job-2", Start.AddHours(2), Start));
        Assert.Equal("Order ORD-1 belongs to job-1 until 2026-08-15T11:00:00.0000000+00:00.", held.Lease!.Describe("ORD-1"));
    }
}
