using Reprocessing.Domain.Workflows;

namespace Reprocessing.Domain.Tests.Workflows;

public sealed class WorkflowPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("InstanceId = 'w-1' AND CustomerId = 'C'", WorkflowLane.Instance)]
    [InlineData("InstanceId IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l')", WorkflowLane.Instance)]
    [InlineData("CustomerId = 'C' AND ExecutionStatus = Failed", WorkflowLane.Customer)]
    [InlineData("InstanceId STARTS_WITH 'loyalty-' AND ExecutionStatus = Running", WorkflowLane.Instance)]
    [InlineData("InstanceId STARTS_WITH 'order-fulfillment-eu-'", WorkflowLane.Instance)]
    [InlineData("InstanceId STARTS_WITH 'order-' AND ExecutionStatus = Running", WorkflowLane.State)]
    [InlineData("InstanceId STARTS_WITH 'order-'", WorkflowLane.Started)]
    [InlineData("RetryCount >= 3 AND OrderStatus = picking_failed", WorkflowLane.Retry)]
    [InlineData("RetryCount > 0", WorkflowLane.Retry)]
    [InlineData("RetryCount >= 0 AND OrderStatus = picking_failed", WorkflowLane.OrderStatus)]
    [InlineData("OrderStatus IN (picking_failed, dead_letter) AND ExecutionStatus = Failed", WorkflowLane.OrderStatus)]
    [InlineData("WorkflowType = 'OrderFulfillment' AND ExecutionStatus = 'Failed' AND StartTime > '2026-01-01'", WorkflowLane.State)]
    [InlineData("ExecutionStatus = Running OR ExecutionStatus = Pending", WorkflowLane.State)]
    [InlineData("ExecutionStatus = Completed AND CloseTime > now-1h", WorkflowLane.Closed)]
    [InlineData("ExecutionStatus = Failed AND CloseTime > now-1h", WorkflowLane.State)]
    [InlineData("CloseTime BETWEEN '2026-01-01' AND '2026-01-02'", WorkflowLane.Closed)]
    [InlineData("StartTime > now-1d", WorkflowLane.Started)]
    [InlineData("WorkflowType = 'LoyaltyProgram'", WorkflowLane.Started)]
    [InlineData("NOT CustomerId = 'C'", WorkflowLane.Started)]
    [InlineData("CustomerId = 'C' OR ExecutionStatus = Failed", WorkflowLane.Started)]
    public void The_narrowest_lane_is_taken(string query, WorkflowLane lane) => Assert.Equal(lane, Plan(query).Lane);

    [Fact]
    public void Times_bound_the_lane_that_is_ordered_by_them()
    {
        var started = Plan("StartTime > '2026-01-01' AND StartTime >= '2026-01-02' AND StartTime < now AND CloseTime < '2026-02-01'");
        var closed = Plan("CloseTime = '2026-01-03'");

        Assert.Equal((At(2), Now), (started.From, started.To));
        Assert.Equal((WorkflowLane.Closed, At(3), At(3)), (closed.Lane, closed.From, closed.To));

        static DateTimeOffset? At(int day) => new(2026, 1, day, 0, 0, 0, TimeSpan.Zero);
    }

    [Fact]
    public void Retry_counts_bound_their_lane()
    {
        var some = Plan("RetryCount > 2 AND RetryCount <= 7.5");
        var none = Plan("RetryCount = 3 AND RetryCount = 4");

        Assert.Equal((3, 7), (some.LeastRetries, some.MostRetries));
        Assert.True(none.LeastRetries > none.MostRetries);
    }

    [Fact]
    public void Types_and_states_are_taken_over()
    {
        var plan = Plan("type IN ('A', 'B') AND status IN (failed, TERMINATED)");

        Assert.Equal(["A", "B"], plan.Types);
        Assert.Equal([WorkflowStatus.Failed, WorkflowStatus.Terminated], plan.Statuses);
        Assert.Null(Plan("status = failed").Types);
    }

    [Theory]
    [InlineData("ExecutionStatus = Exploded", 19)]
    [InlineData("WorkflowTyp = 'A'", 1)]
    [InlineData("RetryCount CONTAINS 3", 12)]
    [InlineData("StartTime > ", 13)]
    public void A_malformed_query_is_told_with_its_column(string query, int column) =>
        Assert.Equal(column, FilterExpression.Parse(query, WorkflowFields.Catalog).Error?.Column);

    private static WorkflowRange Plan(string query)
    {
        var parse = FilterExpression.Parse(query, WorkflowFields.Catalog);
        Assert.Null(parse.Error);
        return WorkflowPlanner.Plan(parse.Expression!.At(Now));
    }
}
