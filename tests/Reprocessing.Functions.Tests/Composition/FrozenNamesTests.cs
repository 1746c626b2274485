using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Resets;
using Reprocessing.Functions.Imports;
using Reprocessing.Functions.Transfers;

namespace Reprocessing.Functions.Tests.Composition;

/// <summary>
/// What lies in histories, rows and other people's programs. A change here breaks instances that are running or callers that
/// exist: add beside it instead.
/// </summary>
public sealed class FrozenNamesTests
{
    [Fact]
    public void Functions_keep_their_names_and_triggers() => Assert.Equal(
        [
            "AbandonItems activity",
            "AcknowledgeAlert http post api/alerts/{alertId}/acknowledge Function",
            "AddDeadLetterNote http post api/dead-letters/{orderId}/notes Function",
            "AddLoyaltyPoints http post api/samples/loyalty/{customerId}/points Function",
            "ApprovePlan http post api/plans/{planId}/approve Function",
            "BeginAttempt http post api/orders/{orderId}/attempts/{workflowId}/begin Function",
            "BeginExport activity",
            "BeginImport activity",
            "BeginJob activity",
            "BeginRun activity",
            "CancelExport http post api/exports/{exportId}/cancel Function",
            "CancelImport http post api/imports/{importId}/cancel Function",
            "CancelOrder http post api/orders/{orderId}/cancel Function",
            "CompleteAttempt http post api/orders/{orderId}/attempts/{workflowId}/complete Function",
            "CompleteRun activity",
            "CreateJob http post api/jobs Function",
            "CreateOrder http post api/orders Function",
            "CreatePlan http post api/plans Function",
            "DeadLetterOrder http post api/orders/{orderId}/dead-letter Function",
            "DeleteExport http delete api/exports/{exportId} Function",
            "EditFailureGroup http patch api/failure-groups/{fingerprint} Function",
            "EndJob activity",
            "EnrichImportPage activity",
            "ExportDeadLetters http get api/exports/dead-letters Function",
            "ExportOrchestrator orchestration",
            "ExportOrders http get api/exports/orders Function",
            "FinishExport activity",
            "FinishImport activity",
            "GetDashboard http get dashboard/{*path} Anonymous",
            "GetDeadLetter http get api/dead-letters/{orderId} Function",
            "GetDeadLetterStatistics http get api/statistics/dead-letters Function",
            "GetExport http get api/exports/{exportId} Function",
            "GetExportContent http get api/exports/{exportId}/content Function",
            "GetFailureGroup http get api/failure-groups/{fingerprint} Function",
            "GetHealth http get api/health Anonymous",
            "GetImport http get api/imports/{importId} Function",
            "GetJob http get api/jobs/{jobId} Function",
            "GetLoyaltyPoints http get api/samples/loyalty/{customerId} Function",
            "GetMe http get api/me Function",
            "GetOpenApi http get api/openapi.json Function",
            "GetOrder http get api/orders/{orderId} Function",
            "GetOrderStatistics http get api/statistics/orders Function",
            "GetOrderTimeline http get api/orders/{orderId}/timeline Function",
            "GetPlan http get api/plans/{planId} Function",
            "GetProblem http get api/problems/{code} Function",
            "GetRun http get api/reprocessing/runs/{runId} Function",
            "GetSchedule http get api/schedule Function",
            "GetStatisticsHistory http get api/statistics/history Function",
            "GetSummary http get api/reprocessing/summary Function",
            "GetWorkflow http get api/workflows/{instanceId} Function",
            "ImportOrchestrator orchestration",
            "JobOrchestrator orchestration",
            "ListAlerts http get api/alerts Function",
            "ListAuditEvents http get api/audit-events Function",
            "ListDeadLetters http get api/dead-letters Function",
            "ListExports http get api/exports Function",
            "ListFailureGroups http get api/failure-groups Function",
            "ListImports http get api/imports Function",
            "ListJobItems http get api/jobs/{jobId}/items Function",
            "ListJobs http get api/jobs Function",
            "ListOrders http get api/orders Function",
            "ListPlanItems http get api/plans/{planId}/items Function",
            "ListPlans http get api/plans Function",
            "ListRejectedRecords http get api/imports/{importId}/rejected Function",
            "ListRuns http get api/reprocessing/runs Function",
            "ListSkippedRecords http get api/exports/{exportId}/skipped Function",
            "ListWorkflows http get api/workflows Function",
            "LoyaltyProgramOrchestrator orchestration",
            "MaintenanceTimer timer %MaintenanceSchedule%",
            "NotificationOrchestrator orchestration",
            "OrderFulfillmentOrchestrator orchestration",
            "PauseJob activity",
            "PauseSchedule http post api/schedule/pause Function",
            "PlanOrchestrator orchestration",
            "PreparePlan activity",
            "ProcessItems activity",
            "QueryDeadLetterExport http post api/exports/dead-letters/query Function",
            "QueryDeadLetters http post api/dead-letters/query Function",
            "QueryFailedOrders activity",
            "QueryOrders http post api/orders/query Function",
            "QueryWorkflows http post api/workflows/query Function",
            "ReadImportPages activity",
            "ReadJobControl activity",
            "ReadRunProgress activity",
            "RecordOrderFailure activity",
            "RecordWorkflow activity",
            "ReportFailure http post api/orders/{orderId}/failures Function",
            "ReprocessOrders activity",
            "ReprocessingBatchOrchestrator orchestration",
            "ReprocessingOrchestrator orchestration",
            "ReprocessingTimer timer %ReprocessingSchedule%",
            "RequestJobCancel http post api/jobs/{jobId}/cancel Function",
            "RequestJobPause http post api/jobs/{jobId}/pause Function",
            "RequestJobResume http post api/jobs/{jobId}/resume Function",
            "ResolveDeadLetter http post api/dead-letters/{orderId}/resolve Function",
            "ResumeSchedule http post api/schedule/resume Function",
            "RunOrderStage activity",
            "SaveImportPage activity",
            "SelectItems activity",
            "SendNotification activity",
            "SetJobPace http patch api/jobs/{jobId}/pace Function",
            "StartExport http post api/exports Function",
            "StartImport http post api/imports Function",
            "StartRun http post api/reprocessing/runs Function",
            "WatchItems activity",
            "WriteExportPage activity",
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
        Assert.Equal("reprocessing-run-20260301-123015-120", RunInstances.Child(runId, 1));
        Assert.Equal("reprocessing-run-20260301-123015-120-attempt-2", RunInstances.Child(runId, 2));
        Assert.False(RunIds.TryGetStart("run-2026", out _));
    }

    [Fact]
    public void A_batchs_input_keeps_its_shape() => AssertJson(
        new ReprocessingBatchInput(50, RunTrigger.Timer, "tick"),
        """{"maxOrders":50,"trigger":"timer","requestId":"tick"}""");

    [Fact]
    public void A_jobs_instances_keep_their_ids()
    {
        Assert.Equal("job-k", JobInstances.Started("job-k"));
        Assert.Equal(["job-k"], JobInstances.Working("job-k"));
        Assert.Equal("reprocessing-batch", JobInstances.Started("run-20260301-123015-120"));
        Assert.Equal(
            ["reprocessing-run-20260301-123015-120-attempt-2", "reprocessing-run-20260301-123015-120"],
            JobInstances.Working("run-20260301-123015-120"));
    }

    [Fact]
    public void A_runs_input_keeps_its_shape() => AssertJson(
        Backlog.Plan(5000, expected: 2500) with { Cursor = "c", Rest = new(1, [new([new("A", 7, true)])], "d"), AfterRest = StopReason.Drained },
        """
        {"runId":"run-20260301-120000-000","failureStatuses":["picking_failed"],"maxRetries":5,"batchSize":5000,
        "accumulatedResult":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":0,"restartedCount":0,"dlqCount":0,"errorCount":0,
        "skippedCount":0,"completedAt":null,"continuationCount":0,"timedOut":false,"stopReason":null},
        "continuationCount":0,"deadline":"2026-03-01T12:15:00+00:00",
        "sizes":{"chunkSize":100,"maxUnderWay":null,"maxSlice":1000},"queryTimeout":"00:02:00","processTimeout":"00:03:00",
        "control":{"version":1,"demand":"run","pace":{"parallelism":5,"itemsPerSecond":null}},
        "attempt":1,"expected":2500,"cursor":"c",
        "rest":{"count":1,"chunks":[{"orders":[{"orderId":"A","dueTicks":7,"isPermanent":true}]}],"cursor":"d"},
        "afterRest":"drained","pacer":null,"startsLast":false,"toStart":[],"maxWaits":100}
        """);

    [Fact]
    public void A_jobs_moving_parts_keep_their_shape() => AssertJson(
        new FakeJob(0).Input() with
        {
            Circuit = new(CircuitState.Open, Openings: 1, OpenUntil: Backlog.Start),
            Ramp = new([1, 5], 0.2, Step: 1, Begun: 5, Ended: 2, Failed: 1),
            Pacer = new(2, Backlog.Start),
            Waiting = [new(new("A", "3") { Attempt = 2 }, Backlog.Start) { RetryAt = Backlog.Start }],
            Settled = ["B"],
            Drained = StopReason.CapReached,
            Stopping = StopReason.Canceled,
            WantsPause = true,
        },
        """
        {"jobId":"job-1","operation":"retry",
        "result":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":0,"restartedCount":0,"dlqCount":0,"errorCount":0,
        "skippedCount":0,"completedAt":null,"continuationCount":0,"timedOut":false,"stopReason":null},
        "startedAt":"2026-03-01T12:00:00+00:00",
        "limits":{"sizes":{"chunkSize":20,"maxUnderWay":100,"maxSlice":1000},"reservation":"00:15:00","queryTimeout":"00:02:00",
        "processTimeout":"00:03:00","callsPerGeneration":120},
        "control":{"version":1,"demand":"run","pace":{"parallelism":5,"itemsPerSecond":null}},
        "options":null,"expected":0,"cursor":null,"waitForOutcome":false,
        "attempts":{"max":1,"timeout":"00:05:00","delays":{"strategy":null,"baseDelay":null,"factor":null,"maxDelay":null,
        "jitter":null,"delays":null}},
        "ramp":{"steps":[1,5],"threshold":0.2,"step":1,"begun":5,"ended":2,"failed":1},
        "circuit":{"state":"open","failures":0,"openings":1,"trialSuccesses":0,"openUntil":"2026-03-01T12:00:00+00:00",
        "isTrying":false},
        "pacer":{"rate":2,"nextAt":"2026-03-01T12:00:00+00:00"},
        "waiting":[{"item":{"id":"A","expectedVersion":"3","attempt":2},"deadline":"2026-03-01T12:00:00+00:00",
        "retryAt":"2026-03-01T12:00:00+00:00"}],"settled":["B"],"reserved":[],"drained":"cap_reached","stopping":"canceled",
        "error":null,"mayHoldUnknown":false,"wantsPause":true}
        """);

    [Fact]
    public void The_activities_of_a_job_keep_their_shapes()
    {
        var call = new JobCall("j", JobOperation.Retry, "{}");
        ItemRef[] items = [new("A", "7")];
        const string Job = """{"job":{"jobId":"j","operation":"retry","options":"{}"},""";
        const string Items = """ "items":[{"id":"A","expectedVersion":"7","attempt":1}],""";

        AssertJson(
            new SelectItemsInput(call, 1000, 20, "c", TimeSpan.FromMinutes(15), new(1, 1)),
            Job + """
            "limit":1000,"chunkSize":20,"cursor":"c","reservation":"00:15:00",
            "tally":{"found":1,"succeeded":1,"deadLettered":0,"failed":0,"skipped":0,"started":0}}
            """);
        AssertJson(new ItemSlice(1, [new(items)], "c"), """{"count":1,"chunks":[{"items":[{"id":"A","expectedVersion":"7","attempt":1}]}],"cursor":"c"}""");
        AssertJson(new ProcessItemsInput(call, items, Waits: true), Job + Items.Trim() + "\"waits\":true,\"hold\":null}");
        AssertJson(new WatchItemsInput(call, items, TimeSpan.FromMinutes(20)), Job + Items.Trim() + "\"hold\":\"00:20:00\"}");
        AssertJson(new AbandonItemsInput(call, items, AbandonReason.TimedOut, Waits: true), Job + Items.Trim() + "\"reason\":\"timed_out\",\"waits\":true}");
        AssertJson(
            new ItemsResponse([ItemState.Succeeded, ItemState.DeadLettered], new(2, DesiredState.Pause, new(3, 0.5))),
            """
            {"states":["succeeded","dead_lettered"],
            "control":{"version":2,"demand":"pause","pace":{"parallelism":3,"itemsPerSecond":0.5}}}
            """);
        AssertJson(
            new ReprocessOrdersInput(new("r", 5, ["picking_failed"]), new(1, 2, 3), [new("A", 7)], Last: null),
            """
            {"rule":{"runId":"r","maxRetries":5,"failureStatuses":["picking_failed"]},"chunk":{"attempt":1,"slice":2,"chunk":3},
            "orders":[{"orderId":"A","dueTicks":7,"isPermanent":false}],"last":null,"onlyRecord":false,"startsLater":false}
            """);
    }

    [Fact]
    public void A_jobs_status_keeps_its_shape_and_is_far_below_the_limit()
    {
        var result = new ReprocessingResult(Backlog.Start, 1000, 900, 0, 50, 50) { ContinuationCount = 1 };
        var status = JobStatus.Of(new FakeJob(2_000).Input(), JobPhase.Running, result, Backlog.Start.AddSeconds(10)) with
        {
            UnderWay = 5,
            RampStep = 2,
            Circuit = CircuitState.HalfOpen,
            Pace = new(5, 100),
        };

        AssertJson(
            status,
            """
            {"jobId":"job-1","phase":"running","slice":2,
            "result":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":1000,"restartedCount":900,"dlqCount":0,"errorCount":50,
            "skippedCount":50,"completedAt":null,"continuationCount":1,"timedOut":false,"stopReason":null},
            "processed":1000,"total":2000,"percent":50,"ratePerSecond":100,"etaSeconds":10,"underWay":5,"rampStep":2,
            "circuit":"half_open","waitsFor":null,"pace":{"parallelism":5,"itemsPerSecond":100},"error":null}
            """);
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(status, AppJson.Worker).Length < 1024);
    }

    [Fact]
    public void A_loyalty_workflows_input_and_events_keep_their_shapes()
    {
        AssertJson(
            new LoyaltyState("C", 500, Points: 20, Continuations: 1) { Counted = ["p"] },
            """{"customerId":"C","eventsPerRun":500,"points":20,"continuations":1,"counted":["p"]}""");
        AssertJson(new PointsEarned("p", 5), """{"purchaseId":"p","points":5}""");
        AssertJson(new PointsSpent("p", 5), """{"purchaseId":"p","points":5}""");
        AssertJson(new LoyaltyStatus(20), """{"points":20}""");
        Assert.Equal("loyalty-C", LoyaltyWorkflows.IdOf("C"));
        Assert.Equal(["FirstWorkflowTask", "LastWorkflowTask", "LastContinuedAsNew"], EnumNames.All<ResetType>());
    }

    [Fact]
    public void An_order_workflows_input_keeps_its_shape() => AssertJson(
        new OrderFulfillmentInput(
            "A",
            "order-fulfillment-A",
            0,
            0,
            new OrderInput("A", "C", [new("S", 2, 0.5m)]) { Priority = Priority.NextDay, Shipping = new("Denver", "CO") },
            RestartPoint.FailedStage,
            Stage.Pick,
            TimeSpan.FromMinutes(2)),
        """
        {"orderId":"A","workflowId":"order-fulfillment-A","attempt":0,"generation":0,
        "order":{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":2,"weight":0.5}],"priority":"next_day",
        "promisedDeliveryAt":null,"shipping":{"city":"Denver","state":"CO"}},
        "from":"failed_stage","firstStage":"pick","stageTimeout":"00:02:00","stageCalls":3}
        """);

    [Fact]
    public void A_workflows_word_of_itself_keeps_its_shape() => AssertJson(
        new RecordWorkflowInput("loyalty-C", "LoyaltyProgram", WorkflowStatus.Running, Backlog.Start, 3, "C"),
        """
        {"instanceId":"loyalty-C","type":"LoyaltyProgram","status":"Running","at":"2026-03-01T12:00:00+00:00","continuations":3,"customerId":"C"}
        """);

    [Fact]
    public void An_order_failures_input_keeps_its_shape() => AssertJson(
        new FailureReport("A", "pick_timeout", "w", Backlog.Start, "slow", ErrorType.Timeout),
        """
        {"orderId":"A","failureStatus":"pick_timeout","workflowId":"w","failedAt":"2026-03-01T12:00:00+00:00","reason":"slow",
        "errorType":"timeout","runId":null,"exceptionType":null,"stage":null,"traceId":null}
        """);

    [Fact]
    public void A_runs_status_keeps_its_shape_and_is_far_below_the_limit()
    {
        var result = new ReprocessingResult(Backlog.Start, 1000, 900, 50, 25, 25) { ContinuationCount = 1 };
        var status = RunStatus.Of(Backlog.Plan(5000, expected: 2500), JobPhase.Running, result, Backlog.Start.AddSeconds(10));

        AssertJson(
            status,
            """
            {"runId":"run-20260301-120000-000","phase":"running","slice":2,
            "result":{"processedAt":"2026-03-01T12:00:00+00:00","foundCount":1000,"restartedCount":900,"dlqCount":50,"errorCount":25,
            "skippedCount":25,"completedAt":null,"continuationCount":1,"timedOut":false,"stopReason":null},
            "processed":1000,"total":2500,"percent":40,"ratePerSecond":100,"etaSeconds":15,"underWay":0,"childInstanceId":null,"error":null}
            """);
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(status, AppJson.Worker).Length < 1024);
    }

    [Fact]
    public void An_imports_inputs_keep_their_shape()
    {
        var limits = new ImportLimits(4, 500, 524288, TimeSpan.FromSeconds(30), IsEnriching: true);
        AssertJson(
            new ImportOrchestrationInput("import-1", limits, new(10, 2), 21, new(Read: 5, Stored: 5)),
            """
            {"importId":"import-1","limits":{"parallelism":4,"pageRecords":500,"pageBytes":524288,"silence":"00:00:30","isEnriching":true},
            "cursor":{"offset":10,"line":2},"page":21,
            "counts":{"read":5,"stored":5,"alreadyThere":0,"rejected":0,"enriched":0,"notEnriched":0}}
            """);
        AssertJson(
            new ImportPageWork("import-1", 3, new(10, 2), new(90, 7), TimeSpan.FromSeconds(30), IsEnriching: false),
            """
            {"importId":"import-1","number":3,"from":{"offset":10,"line":2},"to":{"offset":90,"line":7},"silence":"00:00:30",
            "isEnriching":false}
            """);
        Assert.Equal("import-1:7", ImportSource.MarkOf("import-1", 7));
    }

    [Fact]
    public void An_exports_inputs_keep_their_shape()
    {
        AssertJson(
            new ExportOrchestrationInput("export-1", new(500, 524288), new(3, "o|A"), 21, new(Records: 5, Skipped: 1)),
            """
            {"exportId":"export-1","limits":{"pageRecords":500,"pageBytes":524288},"cursor":{"shard":3,"after":"o|A"},"page":21,
            "counts":{"records":5,"skipped":1}}
            """);
        AssertJson(
            new WriteExportPageInput("export-1", 3, new(3, "o|A"), new(500, 524288)),
            """
            {"exportId":"export-1","number":3,"from":{"shard":3,"after":"o|A"},"limits":{"pageRecords":500,"pageBytes":524288}}
            """);
        AssertJson(
            new FinishTransferInput("export-1", TransferState.CompletedWithSkips, "late"),
            """{"id":"export-1","end":"completed_with_skips","error":"late"}""");
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
