using Reprocessing.Functions.Plans;

namespace Reprocessing.Functions.Tests.Resets;

public sealed class ResetPlanTests
{
    private const string First = """{"type":"FirstWorkflowTask"}""";

    private readonly ResetBench _bench = new();

    [Fact]
    public async Task A_plan_lists_exactly_what_its_job_resets()
    {
        foreach (var number in Enumerable.Range(0, 8))
        {
            _bench.AddPoints($"w{number}", number % 3 == 0 ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Running);
        }

        var plan = await _bench.PlanAsync(First, new() { Filter = "workflowType = LoyaltyProgram", Exclude = ["w1", "w9"] });
        var results = await _bench.ApplyAsync(First, plan);

        string[] expected = ["w2", "w4", "w5", "w7"];
        Assert.Equal(expected, plan.Where(item => item.IsEligible).Select(item => item.Id).Order(StringComparer.Ordinal));
        Assert.Equal(expected, _bench.Hub.Starts.Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal(ItemState.Succeeded, result.State));
        Assert.Equal(["w0 completed", "w3 completed", "w6 completed"], plan.Where(item => !item.IsEligible).Select(item => $"{item.Id} {item.Reason}"));
        Assert.All(plan, item => Assert.Equal("LoyaltyProgram", item.Group));
    }

    [Fact]
    public async Task One_workflow_that_cannot_be_read_is_ineligible_and_the_others_are_planned()
    {
        _bench.AddPoints("w");
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Failed);
        _bench.Store.BrokenOrders.Add("A");

        var plan = await _bench.PlanAsync(First, new() { Ids = ["order-fulfillment-A", "w"] });

        Assert.Equal(["order-fulfillment-A False processing_failed", "w True "], plan.Select(item => $"{item.Id} {item.IsEligible} {item.Reason}"));
        Assert.Contains("Row A", plan[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("executionStatus = Running", OrchestrationRuntimeStatus.Terminated)]
    [InlineData("executionStatus = Running AND type = LoyaltyProgram", OrchestrationRuntimeStatus.Suspended)]
    [InlineData("NOT (executionStatus IN (Failed, Terminated))", OrchestrationRuntimeStatus.Failed)]
    public async Task What_the_index_has_not_heard_of_the_engine_tells(string filter, OrchestrationRuntimeStatus status)
    {
        _bench.AddPoints("w1");
        _bench.AddPoints("w2").Status = status;

        var plan = await _bench.PlanAsync(First, new() { Filter = filter });
        await _bench.ApplyAsync(First, plan);

        Assert.Equal(["w1 True ", "w2 False no_longer_matches"], plan.Select(item => $"{item.Id} {item.IsEligible} {item.Reason}"));
        Assert.Equal(["w1"], _bench.Hub.Starts);
        Assert.True(Assert.Single(await _bench.PlanAsync(First, new() { Ids = ["w2"] })).IsEligible);
    }

    [Fact]
    public async Task A_query_that_matches_nothing_plans_nothing() =>
        Assert.Empty(await _bench.PlanAsync(First, new() { Filter = "type = Nothing" }));

    [Theory]
    [InlineData("""{"type":"WorkflowExecutionSignaled"}""", "#/options/type")]
    [InlineData("""{"type":"firstWorkflowTask"}""", "#/options/type")]
    [InlineData("""{"type":"0"}""", "#/options/type")]
    [InlineData("{}", "#/options/type")]
    [InlineData(null, "#/options/type")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":"some"}""", "#/options/reapply")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":{"include":["x"]}}""", "#/options/reapply")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":{"exclude":[]}}""", "#/options/reapply/exclude")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":{"exclude":[1]}}""", "#/options/reapply/exclude")]
    [InlineData("""{"type":"FirstWorkflowTask","force":true}""", "#/options/force")]
    public void Options_that_there_are_not_are_refused(string? options, string where)
    {
        var problem = _bench.Selector.Check(new() { Ids = ["w"] }, options);

        Assert.Equal(("invalid_options", where), (problem?.Code, problem?.Errors[0].Pointer));
        if (where == "#/options/type")
        {
            Assert.Contains("FirstWorkflowTask, LastWorkflowTask, LastContinuedAsNew", problem!.Errors[0].Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_malformed_query_is_refused_with_its_column_and_everything_is_no_selection()
    {
        var malformed = Check(new() { Filter = "WorkflowType = 'LoyaltyProgram' AND" });
        var unknown = Check(new() { Filter = "shoeSize = 43" });

        Assert.Equal(("invalid_filter", "#/selection/filter", 36), (malformed?.Code, malformed?.Errors[0].Pointer, malformed?.Errors[0].Column));
        Assert.Equal(("invalid_filter", 1), (unknown?.Code, unknown?.Errors[0].Column));
        Assert.Equal(("invalid_body", "#/selection/all"), (Check(new() { All = true })?.Code, Check(new() { All = true })?.Errors[0].Pointer));
        Assert.Null(Check(new() { Filter = "WorkflowType='LoyaltyProgram'" }));
    }

    [Fact]
    public void A_selection_is_described_alike_however_it_was_written()
    {
        Assert.Equal(
            _bench.Selector.Describe(new() { Filter = "WorkflowType='LoyaltyProgram'" }),
            _bench.Selector.Describe(new() { Filter = "type  =  'LoyaltyProgram'" }));
        Assert.Equal("2 ids, except 1 ids", _bench.Selector.Describe(new() { Ids = ["a", "b", "a"], Exclude = ["b"] }));
    }

    [Fact]
    public void Ids_come_as_text_too()
    {
        var selection = SelectionTexts.Read(new() { Ids = ["a"], IdsText = "workflow_id\r\nb\n\"d,\"\"e\"\n\n", ExcludeText = "x\ny" }, JobOperation.Reset);

        Assert.Equal(["a", "b", "d,\"e"], selection!.Ids);
        Assert.Equal(["x", "y"], selection.Exclude);
        Assert.Equal("#/selection/idsText", Fault(JobOperation.Reset, "\"a").Pointer);
        Assert.Equal("#/selection/idsText", Fault(JobOperation.Retry, "csv-6,csv-7").Pointer);
        Assert.Equal("#/selection/idsText", Fault(JobOperation.Retry, "workflow_id\nw-1").Pointer);

        static ProblemError Fault(JobOperation operation, string text) =>
            Assert.Throws<ProblemException>(() => SelectionTexts.Read(new() { IdsText = text }, operation)).Problem.Errors[0];
    }

    private Problem? Check(PlanSelection selection) => _bench.Selector.Check(selection, First);
}
