using System.Net;
using EndToEnd.Tests.Exports;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>Every operation that the app's OpenAPI document names is used once on the platform's own engine, and succeeds.</summary>
public sealed class ApiWalkTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const string By = "ops";

    private AppClient Client => app.Client;

    [Fact]
    public async Task Every_documented_operation_does_its_work_on_the_host()
    {
        await WalkOrdersAsync();
        await WalkDeadLettersAsync();
        await WalkJobsAsync();
        await WalkResetAsync();
        await WalkFilesAsync();
        await WalkRunsAsync();

        var document = (await Client.GetAsync("/api/openapi.json")).Expect(HttpStatusCode.OK).Json;
        var operations = document.At("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(member => member.Name is "get" or "post" or "put" or "patch" or "delete")
                .Select(operation => (Method: operation.Name.ToUpperInvariant(), Path: path.Name)));
        var missing = operations.Where(operation => !Client.Answered.Any(call => call.IsOf(operation.Method, operation.Path)));
        Assert.Empty(missing);
    }

    private async Task WalkOrdersAsync()
    {
        (await Client.GetAsync("/api/health")).Expect(HttpStatusCode.OK);
        Assert.False((await Client.GetAsync("/api/me")).Expect(HttpStatusCode.OK).Json.At("verified").GetBoolean());
        (await Client.PostAsync("/api/orders", SampleOrders.Small("walk-1"))).Expect(HttpStatusCode.Created);
        await Client.WaitForOrderAsync("walk-1", "completed");
        (await Client.GetAsync("/api/orders/walk-1/timeline?pageSize=100")).Expect(HttpStatusCode.OK);

        foreach (var orderId in (string[])["walk-2", "walk-3", "walk-4"])
        {
            await app.Store.SeedExternalAsync(orderId);
        }

        (await Client.PostAsync("/api/orders/walk-2/attempts/outside-2/begin", new { })).Expect(HttpStatusCode.OK);
        (await Client.PostAsync("/api/orders/walk-2/attempts/outside-2/complete", new { })).Expect(HttpStatusCode.OK);
        Assert.Equal("completed", await Client.GetOrderStatusAsync("walk-2"));
        foreach (var orderId in (string[])["walk-3", "walk-4"])
        {
            var failure = new { failureStatus = "picking_failed", workflowId = $"outside-{orderId}", reason = "The shelf was empty." };
            Assert.True((int)(await Client.PostAsync($"/api/orders/{orderId}/failures", failure)).Status < 300);
        }

        var failing = (await Client.GetAsync("/api/orders?filter=orderId%20STARTSWITH%20walk")).Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray();
        Assert.Equal(["walk-3", "walk-4"], failing.Select(order => order.Text("orderId")).Order(StringComparer.Ordinal));
        var done = (await Client.PostAsync("/api/orders/query", new { filter = "orderId = walk-1", status = "completed" })).Expect(HttpStatusCode.OK).Json.At("items");
        Assert.Equal(1, done.GetArrayLength());
        Assert.True((await Client.GetAsync("/api/statistics/orders")).Expect(HttpStatusCode.OK).Json.Number("failingCount") >= 2);

        var reason = new { reason = "hopeless", requestedBy = By };
        Assert.True((int)(await Client.PostAsync("/api/orders/walk-3/dead-letter", reason)).Status < 300);
        Assert.Equal("dead_letter", await Client.GetOrderStatusAsync("walk-3"));
        Assert.True((int)(await Client.PostAsync("/api/orders/walk-4/cancel", reason)).Status < 300);
        Assert.Equal("cancelled", await Client.GetOrderStatusAsync("walk-4"));
    }

    private async Task WalkDeadLettersAsync()
    {
        await app.Store.SeedDeadLettersAsync(6, prefix: "letter");
        Assert.Equal(6, (await Client.ReadDeadLettersAsync("failureStatus = picking_failed")).Count(letter => letter.Text("orderId")!.StartsWith("letter", StringComparison.Ordinal)));
        (await Client.GetAsync("/api/dead-letters/letter-00000")).Expect(HttpStatusCode.OK);
        Assert.True((int)(await Client.PostAsync("/api/dead-letters/letter-00000/notes", new { text = "Looked at.", author = By })).Status < 300);
        (await Client.ResolveAsync("letter-00000", "manual_retry")).Expect(HttpStatusCode.OK);
        await Client.WaitForOrderAsync("letter-00000", "completed");
        (await Client.GetAsync("/api/statistics/dead-letters")).Expect(HttpStatusCode.OK);
        (await Client.GetAsync("/api/statistics/history?hours=1")).Expect(HttpStatusCode.OK);
        (await Client.GetAsync("/api/exports/dead-letters?format=csv")).Expect(HttpStatusCode.OK);
        var byOrder = new { filter = "orderId = 'letter-00000'", resolution = "any" };
        Assert.Equal(1, (await Client.PostAsync("/api/dead-letters/query", byOrder)).Expect(HttpStatusCode.OK).Json.At("items").GetArrayLength());
        Assert.Contains("letter-00000", (await Client.PostAsync("/api/exports/dead-letters/query", byOrder)).Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        var group = (await Client.GetAsync("/api/failure-groups")).Expect(HttpStatusCode.OK).Json.At("items")[0].Text("fingerprint");
        var read = (await Client.GetAsync($"/api/failure-groups/{group}")).Expect(HttpStatusCode.OK);
        (await Client.SendJsonAsync(HttpMethod.Patch, $"/api/failure-groups/{group}", new { state = "open", requestedBy = By }, ("If-Match", read.ETag!)))
            .Expect(HttpStatusCode.OK);
    }

    /// <summary>A ramp whose steps wait for what becomes of their orders, paused and resumed; and one that is cancelled.</summary>
    private async Task WalkJobsAsync()
    {
        await app.Store.SeedDeadLettersAsync(12, prefix: "ramped");
        var plan = await Client.PlanRetryAsync(JobRequests.Filter("failureStatus = picking_failed"));
        (await Client.GetAsync("/api/plans?pageSize=10")).Expect(HttpStatusCode.OK);
        (await Client.GetAsync($"/api/plans/{plan.Text("planId")}")).Expect(HttpStatusCode.OK);
        var planned = await Client.ReadPlanItemsAsync(plan.Text("planId")!);
        var danas = (await Client.SendJsonAsync(HttpMethod.Post, "/api/plans", new { operation = "retry", selection = JobRequests.All }, AppClient.SignedIn("dana", "operator")))
            .Expect(HttpStatusCode.Created).Json.Text("planId");
        (await Client.SendJsonAsync(HttpMethod.Post, $"/api/plans/{danas}/approve", new { reason = "looked at" }, AppClient.SignedIn("carol", "approver"))).Expect(HttpStatusCode.OK);
        var started = (await Client.ApplyAsync(plan.Text("planId")!, new { waitForOutcome = JobRequests.ByItself, ramp = new[] { 1, 3 }, pace = new { itemsPerSecond = 2 } })).Expect(HttpStatusCode.Accepted);
        var jobId = started.Json.Text("jobId")!;
        await Client.WaitForJobAsync(jobId, job => job.Processed() >= 1);
        (await Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        await Client.WaitForJobStateAsync(jobId, "paused");
        (await Client.SetPaceAsync(jobId, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        (await Client.ResumeAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await Client.WaitForJobAsync(jobId);
        Assert.Equal(("succeeded", planned.Count), (job.Text("state"), job.At("counts").Number("succeeded")));
        Assert.Equal(planned.Count, (await Client.ReadItemsAsync(jobId, "succeeded")).Count);
        (await Client.GetAsync("/api/jobs?pageSize=10&operation=retry")).Expect(HttpStatusCode.OK);

        await app.Store.SeedDeadLettersAsync(20, prefix: "canceled");
        var canceled = await Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 1 } });
        await Client.WaitForJobAsync(canceled, job => job.Processed() >= 1);
        (await Client.CancelAsync(canceled)).Expect(HttpStatusCode.Accepted);
        Assert.Equal("canceled", (await Client.WaitForJobAsync(canceled)).Text("state"));
        var audit = await Client.ReadAllAsync($"/api/audit-events?pageSize=50&target={canceled}");
        Assert.Contains(audit, told => told.Text("action") == "job.canceled" && told.Text("actor") == JobRequests.Recorded);
    }

    /// <summary>A mistaken event is left out by one reset, and the points are back.</summary>
    private async Task WalkResetAsync()
    {
        var points = new LoyaltyPoints(Client, customers: 3);
        await points.EarnAsync(purchases: 2);
        await points.SpendAllByMistakeAsync();
        var plan = (await Client.PlanAsync(
            "reset",
            JobRequests.Filter("WorkflowType='LoyaltyProgram'"),
            new { type = "FirstWorkflowTask", reapply = new { exclude = new[] { "PointsSpent" } } })).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(3, plan.Number("count"));
        var jobId = (await Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        Assert.Equal("succeeded", (await Client.WaitForJobAsync(jobId)).Text("state"));
        await points.WaitForAllAsync(500);
        var query = Uri.EscapeDataString("WorkflowType = 'LoyaltyProgram' AND ExecutionStatus = 'Running'");
        Assert.Equal(3, (await Client.GetAsync($"/api/workflows?query={query}")).Expect(HttpStatusCode.OK).Json.At("items").GetArrayLength());
        Assert.Equal(
            3, (await Client.PostAsync("/api/workflows/query", new { query = Uri.UnescapeDataString(query) })).Expect(HttpStatusCode.OK).Json.At("items").GetArrayLength());
        Assert.Equal(jobId, (await points.IndexedAsync("c0001")).Text("resetJobId"));
    }

    private async Task WalkFilesAsync()
    {
        var import = await Client.ImportAsync(OrderFile.Of(200, prefix: "imported").Text);
        Assert.Equal((200, 198, 0, 2), import.Counts());
        Assert.Equal(2, (await Client.RejectedAsync(import.Text("importId")!)).Count);
        (await Client.GetAsync("/api/imports?pageSize=10")).Expect(HttpStatusCode.OK);
        var second = (await Client.UploadAsync(OrderFile.Of(6_000, prefix: "stopped").Text)).Expect(HttpStatusCode.Accepted).Json.Text("importId")!;
        (await Client.PostAsync($"/api/imports/{second}/cancel", new { requestedBy = By })).Expect(HttpStatusCode.Accepted);
        Assert.Equal("canceled", (await Client.WaitForImportAsync(second)).Text("state"));

        var export = await Client.ExportAsync("csv", status: "completed");
        var whole = (await Client.ContentAsync(export)).Expect(HttpStatusCode.OK).Text;
        var part = (await Client.ContentAsync(export, range: "bytes=-20")).Expect(HttpStatusCode.PartialContent).Text;
        Assert.EndsWith(part, whole, StringComparison.Ordinal);
        var exportId = export.Text("exportId");
        (await Client.GetAsync("/api/exports?pageSize=10")).Expect(HttpStatusCode.OK);
        (await Client.GetAsync($"/api/exports/{exportId}/skipped?pageSize=10")).Expect(HttpStatusCode.OK);
        (await Client.GetAsync("/api/exports/orders?format=jsonl&status=completed")).Expect(HttpStatusCode.OK);
        Assert.True((int)(await Client.SendAsync(HttpMethod.Delete, $"/api/exports/{exportId}")).Status < 300);
        var other = await Client.StartExportAsync();
        (await Client.PostAsync($"/api/exports/{other}/cancel", new { requestedBy = By })).Expect(HttpStatusCode.Accepted);
        await Client.WaitForExportAsync(other);
    }

    private async Task WalkRunsAsync()
    {
        await app.Store.SeedFailedAsync(5, prefix: "run");
        // Three in a row that find all they may are an alert.
        foreach (var maxOrders in (int[])[1, 1, 3])
        {
            Assert.Equal(maxOrders, (await Client.RunAsync(maxOrders)).At("output").Number("restartedCount"));
        }

        var run = (await Client.GetAsync("/api/reprocessing/runs?pageSize=5")).Expect(HttpStatusCode.OK).Json.At("items")[0];
        (await Client.GetAsync($"/api/reprocessing/runs/{run.Text("runId")}")).Expect(HttpStatusCode.OK);
        var today = (await Client.GetAsync("/api/reprocessing/summary?days=1")).Expect(HttpStatusCode.OK).Json.At("days")[0];
        Assert.True(today.Number("restartedCount") >= 5, today.ToString());
        (await Client.GetAsync("/api/problems/invalid_body")).Expect(HttpStatusCode.OK);

        var reason = new { reason = "known", requestedBy = By };
        var raised = (await Client.GetAsync("/api/alerts?state=raised")).Expect(HttpStatusCode.OK).Json.At("items");
        Assert.Contains("full_runs", raised.EnumerateArray().Select(alert => alert.Text("id")));
        (await Client.PostAsync("/api/alerts/full_runs/acknowledge", reason)).Expect(HttpStatusCode.OK);
        (await Client.PostAsync("/api/schedule/pause", reason)).Expect(HttpStatusCode.OK);
        Assert.True((await Client.GetAsync("/api/schedule")).Expect(HttpStatusCode.OK).Json.At("paused").GetBoolean());
        (await Client.PostAsync("/api/schedule/resume", reason)).Expect(HttpStatusCode.OK);
    }
}
