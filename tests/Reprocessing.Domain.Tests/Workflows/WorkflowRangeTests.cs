namespace Reprocessing.Domain.Tests.Workflows;

public sealed class WorkflowRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("InstanceId = 'w-1' AND CustomerId = 'C'", "w-1")]
    [InlineData("InstanceId IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l')", "a b c d e f g h i j k l")]
    [InlineData("CustomerId = 'C' AND (InstanceId = 'w-1' OR InstanceId IN ('w-2', 'w-1'))", "w-1 w-2")]
    public void Instances_that_are_named_are_looked_up(string query, string ids)
    {
        var range = Range(query);

        Assert.True(range.IsById);
        Assert.Equal(ids.Split(' '), range.Ids);
    }

    [Theory]
    [InlineData("InstanceId STARTS_WITH 'loyalty-' AND ExecutionStatus = Running", "loyalty-")]
    [InlineData("InstanceId STARTS_WITH 'order-fulfillment-eu-'", "order-fulfillment-eu-")]
    [InlineData("InstanceId STARTS_WITH 'a' AND InstanceId STARTS_WITH 'ab'", "ab")]
    public void Beginning_of_ids_bounds_the_order_by_id(string query, string prefix)
    {
        var range = Range(query);

        Assert.True(range.IsById);
        Assert.Equal((null, prefix), (range.Ids, range.Prefix));
    }

    [Theory]
    [InlineData("InstanceId STARTS_WITH 'order-' AND ExecutionStatus = Running")]
    [InlineData("InstanceId STARTS_WITH 'order-'")]
    [InlineData("InstanceId = 'w-1' OR CustomerId = 'C'")]
    [InlineData("NOT InstanceId = 'w-1'")]
    [InlineData("InstanceId NOT IN ('w-1')")]
    [InlineData("RetryCount > 0")]
    [InlineData("ExecutionStatus = Completed AND CloseTime > now-1h")]
    [InlineData("WorkflowType = 'LoyaltyProgram'")]
    public void All_else_is_looked_for_newest_first(string query) => Assert.Equal(new WorkflowRange(), Range(query));

    [Fact]
    public void Start_times_bound_the_order_by_start()
    {
        var started = Range("StartTime > '2026-01-01' AND StartTime >= '2026-01-02' AND StartTime < now AND CloseTime < '2026-02-01'");
        var exact = Range("StartTime = '2026-01-03'");
        var between = Range("StartTime BETWEEN '2026-01-01' AND '2026-01-02' AND StartTime != '2026-01-03'");

        Assert.Equal((At(2), Now), (started.From, started.To));
        Assert.Equal((At(3), At(3)), (exact.From, exact.To));
        Assert.Equal((At(1), At(2)), (between.From, between.To));

        static DateTimeOffset? At(int day) => new(2026, 1, day, 0, 0, 0, TimeSpan.Zero);
    }

    [Theory]
    [InlineData("ExecutionStatus = Exploded", 19)]
    [InlineData("WorkflowTyp = 'A'", 1)]
    [InlineData("RetryCount CONTAINS 3", 12)]
    [InlineData("StartTime > ", 13)]
    public void A_malformed_query_is_told_with_its_column(string query, int column) =>
        Assert.Equal(column, FilterExpression.Parse(query, WorkflowFields.Catalog).Error?.Column);

    private static WorkflowRange Range(string query)
    {
        var parse = FilterExpression.Parse(query, WorkflowFields.Catalog);
        Assert.Null(parse.Error);
        return WorkflowRange.Of(parse.Expression!.At(Now));
    }
}
