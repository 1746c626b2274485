namespace Reprocessing.Functions.Tests.Resets;

/// <summary>Each type of reset on a workflow in each state: what plan and job answer.</summary>
public sealed class ResetCasesTests
{
    private readonly ResetBench _bench = new();

    [Theory]
    [InlineData("FirstWorkflowTask", "running", "reset")]
    [InlineData("FirstWorkflowTask", "completed", "completed")]
    [InlineData("FirstWorkflowTask", "failed", "reset")]
    [InlineData("FirstWorkflowTask", "terminated", "reset")]
    [InlineData("FirstWorkflowTask", "suspended", "reset")]
    [InlineData("FirstWorkflowTask", "continued-as-new", "reset")]
    [InlineData("LastWorkflowTask", "running", "no_checkpoint")]
    [InlineData("LastWorkflowTask", "completed", "completed")]
    [InlineData("LastWorkflowTask", "failed", "no_checkpoint")]
    [InlineData("LastWorkflowTask", "terminated", "no_checkpoint")]
    [InlineData("LastWorkflowTask", "suspended", "no_checkpoint")]
    [InlineData("LastWorkflowTask", "continued-as-new", "no_checkpoint")]
    [InlineData("LastContinuedAsNew", "running", "never_continued")]
    [InlineData("LastContinuedAsNew", "completed", "completed")]
    [InlineData("LastContinuedAsNew", "failed", "never_continued")]
    [InlineData("LastContinuedAsNew", "terminated", "never_continued")]
    [InlineData("LastContinuedAsNew", "suspended", "never_continued")]
    [InlineData("LastContinuedAsNew", "continued-as-new", "reset")]
    public async Task A_workflow_that_keeps_its_id(string type, string state, string expected)
    {
        var old = _bench.AddPoints("w", StatusOf(state), continuations: state == "continued-as-new" ? 2 : 0);

        Assert.Equal(expected, await _bench.ResetAsync("w", Options(type)));

        var now = _bench.Hub["w"];
        if (expected == "reset")
        {
            Assert.Equal(OrchestrationRuntimeStatus.Running, now.Status);
            Assert.Equal(["w"], _bench.Hub.Starts);
            Assert.NotSame(old, now);
            Assert.Equal(type == "LastContinuedAsNew" ? "\"continued\"" : "\"first\"", now.Input);
            Assert.Equal(old.Output is null, state is "failed" or "terminated");
            Assert.Equal((ResetBench.Reason, "w", type == "LastContinuedAsNew" ? 2 : 0), LineageOf("w"));
        }
        else
        {
            Assert.Same(old, now);
            Assert.Equal(StatusOf(state), now.Status);
            Assert.Empty(_bench.Hub.Starts);
        }
    }

    [Theory]
    [InlineData("FirstWorkflowTask", "running", "reset", null)]
    [InlineData("FirstWorkflowTask", "completed", "completed", null)]
    [InlineData("FirstWorkflowTask", "failed", "reset", null)]
    [InlineData("FirstWorkflowTask", "terminated", "reset", null)]
    [InlineData("FirstWorkflowTask", "suspended", "reset", null)]
    [InlineData("LastWorkflowTask", "running", "reset", Stage.Pick)]
    [InlineData("LastWorkflowTask", "completed", "completed", null)]
    [InlineData("LastWorkflowTask", "failed", "reset", Stage.Pick)]
    [InlineData("LastWorkflowTask", "terminated", "reset", Stage.Pick)]
    [InlineData("LastWorkflowTask", "suspended", "reset", Stage.Pick)]
    [InlineData("LastContinuedAsNew", "running", "never_continued", null)]
    [InlineData("LastContinuedAsNew", "completed", "completed", null)]
    [InlineData("LastContinuedAsNew", "failed", "never_continued", null)]
    [InlineData("LastContinuedAsNew", "terminated", "never_continued", null)]
    [InlineData("LastContinuedAsNew", "suspended", "never_continued", null)]
    public async Task An_orders_workflow(string type, string state, string expected, Stage? checkpoint)
    {
        _bench.AddOrder("A", StatusOf(state));

        Assert.Equal(expected, await _bench.ResetAsync("order-fulfillment-A", Options(type)));

        var order = _bench.Store.StoredOrders["A"];
        if (expected == "reset")
        {
            Assert.Equal(("order-fulfillment-A-g1", OrderPhase.PendingRetry, checkpoint), (order.WorkflowId, order.Phase, order.Checkpoint));
            Assert.Equal(["order-fulfillment-A-g1"], _bench.Hub.Starts);
            Assert.True(_bench.Hub["order-fulfillment-A"].Describe().IsCompleted);
            Assert.Equal((ResetBench.Reason, "order-fulfillment-A", 0), LineageOf("order-fulfillment-A-g1"));
            Assert.Equal("order-fulfillment-A-g1", _bench.Store.Records["order-fulfillment-A"].NextInstance);
        }
        else
        {
            Assert.Equal(0, order.Generation);
            Assert.Empty(_bench.Hub.Starts);
        }
    }

    [Theory]
    [InlineData("FirstWorkflowTask", null)]
    [InlineData("LastWorkflowTask", Stage.Pack)]
    public async Task A_completed_order_runs_again_only_when_that_is_said(string type, Stage? checkpoint)
    {
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Completed);

        Assert.Equal("reset", await _bench.ResetAsync("order-fulfillment-A", $$"""{"type":"{{type}}","includeCompleted":true}"""));

        Assert.Equal(checkpoint, _bench.Store.StoredOrders["A"].Checkpoint);
    }

    [Fact]
    public async Task An_order_whose_new_workflow_nobody_takes_over_is_told_as_failed_and_waits_for_it()
    {
        var target = new Mock<IRestartTarget>();
        target.Setup(service => service.StartAsync(
            It.IsAny<DurableTaskClient>(), It.IsAny<OrderStart>(), It.IsAny<bool>(), It.IsAny<CancellationToken>())).ThrowsAsync(new HttpRequestException("away"));
        var bench = new ResetBench(target.Object);
        bench.AddOrder("A", OrchestrationRuntimeStatus.Failed);

        Assert.Equal("Failed: not_started", await bench.ResetAsync("order-fulfillment-A", Options("FirstWorkflowTask")));

        var order = bench.Store.StoredOrders["A"];
        Assert.Equal(("order-fulfillment-A-g1", OrderPhase.PendingRetry), (order.WorkflowId, order.Phase));
        Assert.Equal("order-fulfillment-A-g1", bench.Store.Records["order-fulfillment-A"].NextInstance);
    }

    [Fact]
    public async Task An_order_that_is_completed_before_its_workflow_says_so_is_left_alone()
    {
        const string First = """{"type":"FirstWorkflowTask"}""";
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Running);
        _bench.AddOrder("B", OrchestrationRuntimeStatus.Running);
        _bench.CompleteOrder("A");
        var plan = await _bench.PlanAsync(First, new() { Ids = ["order-fulfillment-A", "order-fulfillment-B"] });
        var seen = plan.Where(item => item.IsEligible).ToList();
        _bench.CompleteOrder("B");

        var result = Assert.Single(await _bench.ApplyAsync(First, seen));

        Assert.Equal(("order-fulfillment-A", "completed"), (plan[0].Id, plan[0].Reason));
        Assert.Equal(("order-fulfillment-B", ItemState.Skipped, "completed"), (result.Id, result.State, result.Reason));
        Assert.Empty(_bench.Hub.Starts);
        Assert.All(_bench.Store.StoredOrders.Values, order => Assert.Equal((OrderPhase.Completed, 0), (order.Phase, order.Generation)));
    }

    [Theory]
    [InlineData("", "Skipped: changed_since_plan")]
    [InlineData(""","includeCompleted":true""", "reset")]
    public async Task A_workflow_that_completes_by_itself_while_it_is_being_ended_runs_again_only_when_that_is_said(string also, string expected)
    {
        var old = _bench.AddPoints("w");
        _bench.Hub.BeforeEnd = instance => instance.Status = OrchestrationRuntimeStatus.Completed;

        Assert.Equal(expected, await _bench.ResetAsync("w", $$"""{"type":"FirstWorkflowTask"{{also}}}"""));

        Assert.Equal(expected == "reset" ? ["w"] : [], _bench.Hub.Starts);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, old.Status);
    }

    [Fact]
    public async Task What_is_not_an_orders_own_workflow_any_more_or_nobodys_or_the_apps_machinery_is_left_alone()
    {
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Failed);
        _bench.Store.StoredOrders["A"] = _bench.Store.StoredOrders["A"] with { WorkflowId = "order-fulfillment-A-retry-1" };
        _bench.Hub.Add("job-1", "JobOrchestrator", OrchestrationRuntimeStatus.Running);
        _bench.Hub.Add("import-1", "ImportOrchestrator", OrchestrationRuntimeStatus.Running);

        Assert.Equal("superseded", await _bench.ResetAsync("order-fulfillment-A", Options("FirstWorkflowTask")));
        Assert.Equal("not_found", await _bench.ResetAsync("nobody", Options("FirstWorkflowTask")));
        Assert.Equal("not_resettable", await _bench.ResetAsync("job-1", Options("FirstWorkflowTask")));
        Assert.Equal("not_resettable", await _bench.ResetAsync("import-1", Options("FirstWorkflowTask")));
    }

    /// <summary>A new orchestration must be decided on: one with children that can be reset goes on in its children.</summary>
    [Fact]
    public void Every_orchestration_of_the_app_is_either_machinery_or_meant_to_be_reset()
    {
        string[] meant = [nameof(OrderFulfillmentOrchestrator), nameof(LoyaltyProgramOrchestrator)];
        var all = AppFunctions.All
            .Where(function => function.GetParameters().Any(parameter => parameter.IsDefined(typeof(OrchestrationTriggerAttribute))))
            .Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name);

        Assert.Equal(all.Order(StringComparer.Ordinal), WorkflowInspector.SystemOrchestrators.Concat(meant).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_workflow_that_the_index_does_not_know_is_judged_by_its_history()
    {
        _bench.Hub.Add("fresh", "Other", OrchestrationRuntimeStatus.Failed, "x");
        _bench.Hub.Add("continued", "Other", OrchestrationRuntimeStatus.Failed, "x").Generation = 3;

        Assert.Equal("reset", await _bench.ResetAsync("fresh", Options("FirstWorkflowTask")));
        Assert.Equal("original_input_unknown", await _bench.ResetAsync("continued", Options("FirstWorkflowTask")));
        Assert.Equal("reset", await _bench.ResetAsync("continued", Options("LastContinuedAsNew")));
        _bench.Hub.ShowsHistories = false;
        _bench.Hub.Add("hidden", "Other", OrchestrationRuntimeStatus.Failed, "x");
        Assert.Equal("history_unavailable", await _bench.ResetAsync("hidden", Options("FirstWorkflowTask")));
    }

    private (string? Reason, string? Previous, int Continuations) LineageOf(string id) =>
        (_bench.Store.Records[id].ResetReason, _bench.Store.Records[id].PreviousInstance, _bench.Store.Records[id].Continuations);

    private static string Options(string type) => $$"""{"type":"{{type}}"}""";

    private static OrchestrationRuntimeStatus StatusOf(string state) =>
        state == "continued-as-new" ? OrchestrationRuntimeStatus.Running : Enum.Parse<OrchestrationRuntimeStatus>(state, ignoreCase: true);
}
