namespace Reprocessing.Storage.Tests.Workflows;

public sealed class FilterConditionTests
{
    [Fact]
    public void What_is_left_to_storage_fits_into_a_query_with_the_ends_of_its_range()
    {
        const string Nine = "('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')";

        var condition = WorkflowRows.Condition(IndexBench.Filter($"CustomerId IN {Nine} AND InstanceId IN {Nine} AND StartTime > '2026-01-01'"))!;

        // Nine and the time; nine more would make 22 with the partition and both ends of the keys, and a query takes 15.
        Assert.Equal(10, condition.Split(" eq ").Length - 1 + (condition.Split(" gt ").Length - 1));
        Assert.Contains("CustomerId eq 'i'", condition, StringComparison.Ordinal);
        Assert.DoesNotContain("InstanceId", condition, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_storage_can_judge_nothing_of_leaves_it_nothing() =>
        Assert.Null(WorkflowRows.Condition(IndexBench.Filter("CustomerId CONTAINS '7' OR RetryCount >= 3")));
}
