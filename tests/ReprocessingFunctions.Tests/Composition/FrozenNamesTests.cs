using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Reprocessing.Domain.Decisions;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Due;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Tests.Runs;

namespace ReprocessingFunctions.Tests.Composition;

/// <summary>
/// What lies in histories, rows and other people's programs. A change here breaks instances that are running or callers that
/// exist: add beside it instead.
/// </summary>
public sealed class FrozenNamesTests
{
    [Fact]
    public void Functions_keep_their_names_and_triggers() => Assert.Equal(
        [
            "BeginOrderAttempt activity",
            "CompleteOrder activity",
            "CreateJob http post jobs Function",
            "CreateOrder http post orders Function",
            "CreatePlan http post plans Function",
            "FindFailedOrders activity",
            "FinishInterruptedStarts activity",
            "FoldOutcomes timer %OutcomeSchedule%",
            "GetDeadLetter http get dead-letters/{orderId} Function",
            "GetHealth http get health Anonymous",
            "GetJob http get jobs/{jobId} Function",
            "GetOpenApi http get openapi.json Function",
            "GetOrder http get orders/{orderId} Function",
            "GetOrderTimeline http get orders/{orderId}/timeline Function",
            "GetPlan http get plans/{planId} Function",
            "GetProblem http get problems/{code} Function",
            "GetRun http get reprocessing/runs/{runId} Function",
            "GetSummary http get reprocessing/summary Function",
            "ListAuditEvents http get audit-events Function",
            "ListDeadLetters http get dead-letters Function",
            "ListJobItems http get jobs/{jobId}/items Function",
            "ListJobs http get jobs Function",
            "ListPlanItems http get plans/{planId}/items Function",
            "ListPlans http get plans Function",
            "ListRuns http get reprocessing/runs Function",
            "OrderFulfillmentOrchestrator orchestration",
            "PlanRun activity",
            "ReadRunProgress activity",
            "RecordOrderFailure activity",
            "RecordRunResult activity",
            "ReportFailure http post orders/{orderId}/failures Function",
            "ReprocessOrders activity",
            "ReprocessingBatchOrchestrator orchestration",
            "ReprocessingOrchestrator orchestration",
            "ReprocessingTimer timer %ReprocessingSchedule%",
            "RequestJobCancel http post jobs/{jobId}/cancel Function",
            "RequestJobPause http post jobs/{jobId}/pause Function",
            "RequestJobResume http post jobs/{jobId}/resume Function",
            "RunOrderStage activity",
            "SetJobPace http patch jobs/{jobId}/pace Function",
            "StartRun http post reprocessing/runs Function",
            "StartWaitingJobs timer %JobStartSchedule%",
        ],
        AppFunctions.All.Select(Describe).Order(StringComparer.Ordinal));

    [Fact]
    public void Instances_keep_their_ids()
    {
        Assert.Equal("reprocessing-batch", RunStarter.InstanceId);
        var (runId, startedAt) = RunIds.At(new DateTime(2026, 3, 1, 12, 30, 15, 120, DateTimeKind.Utc).AddTicks(4567));
        Assert.Equal("run-20260301-123015-120", runId);
        Assert.True(RunIds.TryGetStart(runId, out var parsed));
        Assert.Equal(startedAt, parsed);
        Assert.Equal("reprocessing-run-20260301-123015-120", RunIds.Child(runId, 1));
        Assert.Equal("reprocessing-run-20260301-123015-120-attempt-2", RunIds.Child(runId, 2));
        Assert.False(RunIds.TryGetStart("run-2026", out _));
    }

    [Fact]
    public void A_batchs_input_keeps_its_shape() => AssertJson(
        new ReprocessingBatchInput(50, RunTrigger.Timer, "tick"),
        """{"maxOrders":50,"trigger":"timer","requestId":"tick"}""");

    [Fact]
    public void A_slices_input_keeps_its_shape() => AssertJson(
        Backlog.Plan(5000, expected: 2500) with { Cursor = "c" },
        """
        {"runId":"run-20260301-120000-000","failureStatuses":["picking_failed"],"maxRetries":5,"batchSize":5000,
        "accumulatedResult":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":0,"restartedCount":0,"dlqCount":0,"errorCount":0,
        "skippedCount":0,"completedAt":null,"continuationCount":0,"timedOut":false,"stopReason":null},
        "continuationCount":0,"startedAt":"2026-03-01T12:00:00+00:00","deadline":"2026-03-01T12:15:00+00:00",
        "limits":{"parallelism":5,"chunkSize":100,"queryTimeout":"00:02:00","processTimeout":"00:03:00"},"expected":2500,"cursor":"c"}
        """);

    [Fact]
    public void A_querys_input_keeps_its_shape() => AssertJson(
        new DueQuery(new ReprocessingRule("r", 5, ["picking_failed"]), 1000, 100, "c"),
        """{"rule":{"runId":"r","maxRetries":5,"failureStatuses":["picking_failed"]},"limit":1000,"chunkSize":100,"cursor":"c"}""");

    [Fact]
    public void A_chunks_input_keeps_its_shape() => AssertJson(
        new ReprocessOrdersInput(new ReprocessingRule("r", 5, ["picking_failed"]), new DueChunk([new("A", 7)])),
        """
        {"rule":{"runId":"r","maxRetries":5,"failureStatuses":["picking_failed"]},
        "chunk":{"orders":[{"orderId":"A","dueTicks":7,"isPermanent":false}]}}
        """);

    [Fact]
    public void An_order_workflows_input_keeps_its_shape() => AssertJson(
        new OrderFulfillmentInput(
            "A",
            "order-fulfillment-A",
            0,
            0,
            new OrderInput("A", "C", [new("S", 2, 0.5m)]) { Priority = Priority.NextDay, Shipping = new("Denver", "CO") },
            RestartPoint.FailedStage,
            new(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2))),
        """
        {"orderId":"A","workflowId":"order-fulfillment-A","attempt":0,"generation":0,
        "order":{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":2,"weight":0.5}],"priority":"next_day",
        "promisedDeliveryAt":null,"shipping":{"city":"Denver","state":"CO"}},
        "from":"failed_stage","limits":{"stageTimeout":"00:02:00","storageTimeout":"00:02:00"}}
        """);

    [Fact]
    public void An_order_failures_input_keeps_its_shape() => AssertJson(
        new FailureReport("A", "pick_timeout", "w", Backlog.Start, "slow", ErrorType.Timeout),
        """
        {"orderId":"A","failureStatus":"pick_timeout","workflowId":"w","failedAt":"2026-03-01T12:00:00+00:00","reason":"slow",
        "errorType":"timeout","runId":null}
        """);

    [Fact]
    public void A_runs_status_keeps_its_shape_and_is_far_below_the_limit()
    {
        var result = new ReprocessingResult(Backlog.Start, 1000, 900, 50, 25, 25) { ContinuationCount = 1 };
        var status = RunStatus.Of(Backlog.Plan(5000, expected: 2500), RunPhase.Running, result, Backlog.Start.AddSeconds(10));

        AssertJson(
            status,
            """
            {"runId":"run-20260301-120000-000","phase":"running","slice":2,
            "result":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":1000,"restartedCount":900,"dlqCount":50,"errorCount":25,
            "skippedCount":25,"completedAt":null,"continuationCount":1,"timedOut":false,"stopReason":null},
            "processed":1000,"total":2500,"percent":40,"ratePerSecond":100,"etaSeconds":15,"childInstanceId":null,"error":null}
            """);
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(status, AppJson.Worker).Length < 1024);
    }

    /// <summary>As written, and the same again when read back.</summary>
    private static void AssertJson<T>(T value, string json)
    {
        var written = JsonSerializer.Serialize(value, AppJson.Worker);
        Assert.Equal(json.ReplaceLineEndings(string.Empty), written);
        Assert.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize<T>(written, AppJson.Worker), AppJson.Worker));
    }

    private static string Describe(MethodInfo function)
    {
        var trigger = function.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>()).Single();
        var name = function.GetCustomAttribute<FunctionAttribute>()!.Name;
        return trigger switch
        {
            HttpTriggerAttribute http => $"{name} http {string.Join(',', http.Methods!)} {http.Route} {http.AuthLevel}",
            TimerTriggerAttribute timer => $"{name} timer {timer.Schedule}",
            ActivityTriggerAttribute => $"{name} activity",
            OrchestrationTriggerAttribute => $"{name} orchestration",
            _ => $"{name} {trigger.GetType().Name}",
        };
    }
}
