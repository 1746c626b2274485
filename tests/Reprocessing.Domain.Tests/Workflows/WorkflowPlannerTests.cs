namespace Reprocessing.Domain.Tests.Workflows;

public sealed class WorkflowPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("InstanceId = 'w-1' AND CustomerId = 'C'", WorkflowIndexKind.Instance)]
    [InlineData("InstanceId IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l')", WorkflowIndexKind.Instance)]
    [InlineData("CustomerId = 'C' AND ExecutionStatus = Failed", WorkflowIndexKind.Customer)]
    [InlineData("InstanceId STARTS_WITH 'loyalty-' AND ExecutionStatus = Running", WorkflowIndexKind.Instance)]
    [InlineData("InstanceId STARTS_WITH 'order-fulfillment-eu-'", WorkflowIndexKind.Instance)]
    [InlineData("InstanceId STARTS_WITH 'order-' AND ExecutionStatus = Running", WorkflowIndexKind.State)]
    [InlineData("InstanceId STARTS_WITH 'order-'", WorkflowIndexKind.Started)]
    [InlineData("RetryCount >= 3 AND OrderStatus = picking_failed", WorkflowIndexKind.Retry)]
    [InlineData("RetryCount > 0", WorkflowIndexKind.Retry)]
    [InlineData("RetryCount >= 0 AND OrderStatus = picking_failed", WorkflowIndexKind.OrderStatus)]
    [InlineData("OrderStatus IN (picking_failed, dead_letter) AND ExecutionStatus = Failed", WorkflowIndexKind.OrderStatus)]
    [InlineData("WorkflowType = 'OrderFulfillment' AND ExecutionStatus = 'Failed' AND StartTime > '2026-01-01'", WorkflowIndexKind.State)]
    [InlineData("ExecutionStatus = Running OR ExecutionStatus = Pending", WorkflowIndexKind.State)]
    [InlineData("ExecutionStatus = Completed AND CloseTime > now-1h", WorkflowIndexKind.Closed)]
    [InlineData("ExecutionStatus = Failed AND CloseTime > now-1h", WorkflowIndexKind.State)]
    [InlineData("CloseTime BETWEEN '2026-01-01' AND '2026-01-02'", WorkflowIndexKind.Closed)]
    [InlineData("StartTime > now-1d", WorkflowIndexKind.Started)]
    [InlineData("WorkflowType = 'LoyaltyProgram'", WorkflowIndexKind.Started)]
    [InlineData("NOT CustomerId = 'C'", WorkflowIndexKind.Started)]
    [InlineData("CustomerId = 'C' OR ExecutionStatus = Failed", WorkflowIndexKind.Started)]
    public void The_narrowest_index_is_taken(string query, WorkflowIndexKind index) => Assert.Equal(index, Plan(query).Index);

    [Fact]
    public void Times_bound_the_lane_that_is_ordered_by_them()
    {
        var started = Plan("StartTime > '2026-01-01' AND StartTime >= '2026-01-02' AND StartTime < now AND CloseTime < '2026-02-01'");
        var closed = Plan("CloseTime = '2026-01-03'");

        Assert.Equal((At(2), Now), (started.From, started.To));
        Assert.Equal((WorkflowIndexKind.Closed, At(3), At(3)), (closed.Index, closed.From, closed.To));

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
