using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

/// <summary>What was previewed is what runs.</summary>
public sealed class PlanTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task The_set_of_the_dry_run_is_the_set_of_the_run_id_for_id()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var wanted = await app.Store.SeedDeadLettersAsync(130, "late", letter => letter with { FailureStatus = "pick_timeout" });
        await app.Store.SeedDeadLettersAsync(40, "other");

        var plan = (await app.Client.PostAsync("/api/jobs", Retry("errorType = timeout"))).Expect(HttpStatusCode.Created).Json;
        await app.Store.SeedDeadLettersAsync(5, "later", letter => letter with { FailureStatus = "pick_timeout" });
        var planned = await app.Client.ReadPlanItemsAsync(plan.Text("planId")!);
        var before = await app.Store.ReadOrderRowsAsync();
        var jobId = (await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(130, plan.Number("count"));
        Assert.Equal(100, plan.At("sample").GetArrayLength());
        Assert.All(wanted, orderId => Assert.Contains(before, row => row.Contains($"RowKey=o|{orderId},", StringComparison.Ordinal)));
        var done = await app.Client.ReadItemsAsync(jobId);
        Assert.Equal(wanted.Order(), planned.Select(item => item.Text("id")!).Order());
        Assert.Equal(wanted.Order(), done.Select(item => item.Text("id")!).Order());
        Assert.All(done, item => Assert.Equal("started", item.Text("state")));
        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal(130, job.At("counts").Number("started"));
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 130);
        Assert.Equal(45, (await app.Store.CountStatusesAsync())["dead_letter"]);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_of_an_order_and_is_what_a_request_gets_that_does_not_say_otherwise()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(12);
        var before = await app.Store.ReadOrderRowsAsync();

        var plan = (await app.Client.PostAsync("/api/jobs", Retry("customerId = customer-1"))).Expect(HttpStatusCode.Created);

        Assert.Equal(before, await app.Store.ReadOrderRowsAsync());
        Assert.Equal("ready", plan.Json.Text("state"));
        Assert.Equal(plan.Json.Text("hash"), (await app.Client.GetAsync($"/api/plans/{plan.Json.Text("planId")}")).Json.Text("hash"));
        Assert.Empty((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray());
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_entry_that_changed_after_the_plan_is_skipped_and_never_processed()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(10);
        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        (await app.Client.PostAsync($"/api/dead-letters/{ids[2]}/notes", new { text = "Ask the customer first.", author = "kim" })).Expect(HttpStatusCode.Created);
        (await app.Client.ResolveAsync(ids[5], "cancelled")).Expect(HttpStatusCode.OK);

        var jobId = (await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var job = await app.Client.WaitForJobAsync(jobId);

        var skipped = await app.Client.ReadItemsAsync(jobId, "skipped");
        Assert.Equal([ids[2], ids[5]], skipped.Select(item => item.Text("id")!).Order());
        Assert.All(skipped, item => Assert.Equal("changed_since_plan", item.Text("reason")));
        Assert.Equal((10, 8, 2), (job.At("counts").Number("found"), job.At("counts").Number("started"), job.At("counts").Number("skipped")));
        Assert.Equal("dead_letter", (await app.Store.ReadOrderAsync(ids[2])).Status);
        Assert.Equal("cancelled", (await app.Store.ReadOrderAsync(ids[5])).Status);
        Assert.DoesNotContain((await app.Store.ReadOrderAsync(ids[2])).Attempts, attempt => attempt.RunId == jobId);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_cannot_be_worked_on_is_told_beforehand_with_its_reason()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);
        var hopeless = await app.Store.SeedDeadLettersAsync(2, "hopeless", letter => letter with { FailureStatus = "address_invalid" });

        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        var forced = await app.Client.PlanRetryAsync(JobRequests.All, new { force = true });

        Assert.Equal((3, 2), (plan.Number("count"), plan.Number("ineligibleCount")));
        Assert.Equal(2, plan.At("ineligibleByReason").Number("permanent_failure"));
        var left = await app.Client.ReadPlanItemsAsync(plan.Text("planId")!, "skipped");
        Assert.Equal(hopeless, left.Select(item => item.Text("id")!).Order());
        Assert.Equal((5, 0), (forced.Number("count"), forced.Number("ineligibleCount")));
        Assert.NotEqual(plan.Text("hash"), forced.Text("hash"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Ids_may_be_listed_and_some_left_out()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(6);

        var jobId = await app.Client.RetryAsync(new { ids = new[] { ids[0], ids[1], ids[4], "nobody" }, exclude = new[] { ids[1] } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal([ids[0], ids[4]], (await app.Client.ReadItemsAsync(jobId, "started")).Select(item => item.Text("id")!).Order());
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 2);
        await app.VerifyAsync();
    }

    /// <summary>The storage fails at the last page, and the app is stopped; the next one goes on with the plan that it finds half prepared.</summary>
    [Fact]
    public async Task A_large_plan_survives_a_fault_and_a_restart_half_way_and_is_applied_once_it_is_ready()
    {
        await using var first = await InProcessApp.StartAsync(storage, ("JobPlanInlineItems", "100"));
        var wanted = await first.Store.SeedDeadLettersAsync(600);
        var edits = 0;
        first.Tap.Fail(request => StorageRequests.IsPlanEdit(request) && Interlocked.Increment(ref edits) > 1);
        var made = (await first.Client.PlanAsync("retry", JobRequests.All)).Expect(HttpStatusCode.Accepted).Json;
        var planId = made.Text("planId")!;
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref edits) > 1));

        Assert.Equal("preparing", made.Text("state"));
        Assert.Equal(500, (await first.Client.GetAsync($"/api/plans/{planId}")).Json.At("preparation").Number("selected"));
        Assert.Equal("plan_not_ready", (await first.Client.ApplyAsync(planId)).Expect(HttpStatusCode.Conflict).Json.Text("code"));

        await using var app = await first.RestartAsync(("JobPlanInlineItems", "100"));
        var plan = await app.Client.WaitForPlanAsync(planId);
        var planned = await app.Client.ReadPlanItemsAsync(planId);
        var jobId = (await app.Client.ApplyAsync(planId, new { pace = new { parallelism = 20 } })).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("ready", 600), (plan.Text("state"), plan.Number("count")));
        Assert.Equal(wanted.Order(), planned.Select(item => item.Text("id")!).Order());
        Assert.Equal(("succeeded", 600), (job.Text("state"), job.At("counts").Number("started")));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_plan_above_the_threshold_is_applied_when_another_has_approved_it()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ApprovalThreshold", "5"), ("WEBSITE_AUTH_ENABLED", "true"));
        await app.Store.SeedDeadLettersAsync(6);
        var (dana, carol) = (AppClient.SignedIn("dana", "operator", "approver"), AppClient.SignedIn("carol", "approver"));
        var plan = (await SendAsync("/api/plans", new { operation = "retry", selection = JobRequests.All }, dana)).Expect(HttpStatusCode.Created).Json;
        var (planId, approve, reason) = (plan.Text("planId")!, $"/api/plans/{plan.Text("planId")}/approve", new { reason = "The shelves are full again." });
        var job = new { planId, reason = "The shelves are full again." };

        Assert.Equal("awaiting_approval", plan.Text("state"));
        Assert.Equal("approval_required", (await SendAsync("/api/jobs", job, dana)).Expect(HttpStatusCode.Conflict).Json.Text("code"));
        Assert.Equal("self_approval", (await SendAsync(approve, reason, dana)).Expect(HttpStatusCode.Forbidden).Json.Text("code"));
        Assert.Equal("identity_not_verified", (await SendAsync(approve, reason)).Expect(HttpStatusCode.Forbidden).Json.Text("code"));
        Assert.Equal("forbidden_role", (await SendAsync("/api/jobs", job, carol)).Expect(HttpStatusCode.Forbidden).Json.Text("code"));
        Assert.Equal("carol", (await SendAsync(approve, reason, carol)).Expect(HttpStatusCode.OK).Json.At("approval").Text("by"));
        var jobId = (await SendAsync("/api/jobs", job, dana)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;

        Assert.Equal("succeeded", (await app.Client.WaitForJobAsync(jobId)).Text("state"));
        var approval = Assert.Single((await app.Client.ReadAllAsync($"/api/audit-events?target={planId}&pageSize=100")), told => told.Text("action") == "plan.approved");
        Assert.Equal(("carol", "The shelves are full again."), (approval.Text("actor"), approval.Text("reason")));
        await app.VerifyAsync();

        Task<ApiResponse> SendAsync(string path, object body, params (string, string)[] signIn) => app.Client.SendJsonAsync(HttpMethod.Post, path, body, signIn);
    }

    private static object Retry(string filter) => new
    {
        operation = "retry",
        selection = new { filter },
        reason = "The shelves are full again.",
        requestedBy = JobRequests.Operator,
    };
}
