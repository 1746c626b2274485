using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

/// <summary>Each request that cannot be met gets an answer that says why, and not one stored row changes.</summary>
public sealed class ClearAnswerTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Theory]
    [InlineData("errorType = timeout AND", 24)]
    [InlineData("errorType = (timeout", 13)]
    [InlineData("errorType = timeout customerId = c", 21)]
    [InlineData("failureCount >= many", 17)]
    public async Task A_malformed_filter_is_pointed_at_by_its_column(string filter, int column)
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);

        var answers = await UnchangedAsync(app, async () => new[]
        {
            await app.Client.PlanAsync("retry", JobRequests.Filter(filter)),
            await app.Client.GetAsync($"/api/dead-letters?filter={Uri.EscapeDataString(filter)}"),
            await app.Client.GetAsync($"/api/exports/dead-letters?format=csv&filter={Uri.EscapeDataString(filter)}"),
        });

        Assert.All(answers, answer =>
        {
            answer.ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");
            Assert.Equal(column, Error(answer).Number("column"));
        });
        Assert.Equal("#/selection/filter", Error(answers[0]).Text("pointer"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_unknown_field_is_named_with_its_column()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);

        var answer = await UnchangedAsync(app, () => app.Client.PlanAsync("retry", JobRequests.Filter("errorType = timeout AND colour = red")));

        answer.ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");
        Assert.Equal(25, Error(answer).Number("column"));
        Assert.Contains("colour", Error(answer).Text("detail"), StringComparison.Ordinal);
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("{ \"filter\": \"\" }")]
    [InlineData("{ \"filter\": \"   \" }")]
    [InlineData("{ }")]
    [InlineData("{ \"ids\": [] }")]
    public async Task An_empty_selection_is_not_everything(string selection)
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);

        var answer = await UnchangedAsync(app, () => app.Client.PlanAsync("retry", JsonDocument.Parse(selection).RootElement));

        answer.ExpectProblem(HttpStatusCode.BadRequest, "empty_selection");
        Assert.Contains("all", answer.Json.Text("detail"), StringComparison.Ordinal);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_plan_that_expired_is_not_applied()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock);
        await app.Store.SeedDeadLettersAsync(3);
        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));

        var answer = await UnchangedAsync(app, () => app.Client.ApplyAsync(plan.Text("planId")!));

        answer.ExpectProblem(HttpStatusCode.Gone, "plan_expired");
        Assert.Equal("expired", (await app.Client.GetAsync($"/api/plans/{plan.Text("planId")}")).Json.Text("state"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_plan_is_applied_once_and_the_second_who_tries_is_shown_the_job()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);
        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        var first = (await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        await app.Client.WaitForJobAsync(first);
        await app.Store.WaitUntilAllAsync("completed");
        await app.Client.WaitForJobAsync(first, job => job.At("outcomes").Number("succeeded") == 3);
        await app.Client.WaitForStatusAsync(first, "Completed");

        var answer = await UnchangedAsync(app, () => app.Client.ApplyAsync(plan.Text("planId")!));

        answer.ExpectProblem(HttpStatusCode.Conflict, "plan_applied");
        Assert.EndsWith($"/api/jobs/{first}", answer.Json.At("links").Text("job"), StringComparison.Ordinal);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_second_resolve_of_an_entry_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(2);
        (await app.Client.ResolveAsync(ids[0], "escalated", new { notes = "For the warehouse." })).Expect(HttpStatusCode.OK);

        (await UnchangedAsync(app, () => app.Client.ResolveAsync(ids[0], "escalated"))).ExpectProblem(HttpStatusCode.Conflict, "already_resolved");
        (await app.Client.ResolveAsync(ids[0], "cancelled")).Expect(HttpStatusCode.OK);
        foreach (var resolution in new[] { "escalated", "cancelled", "manual_retry" })
        {
            var answer = await UnchangedAsync(app, () => app.Client.ResolveAsync(ids[0], resolution));
            answer.ExpectProblem(HttpStatusCode.Conflict, "already_resolved");
        }

        (await UnchangedAsync(app, () => app.Client.ResolveAsync(ids[1], "forgotten"))).Expect(HttpStatusCode.BadRequest);
        (await UnchangedAsync(app, () => app.Client.ResolveAsync("nobody", "cancelled"))).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_permanent_failure_is_retried_only_when_it_is_forced()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(2, change: letter => letter with { FailureStatus = "validation_failed" });

        var single = await UnchangedAsync(app, () => app.Client.ResolveAsync(ids[0], "manual_retry"));
        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        var bulk = await UnchangedAsync(app, () => app.Client.ApplyAsync(plan.Text("planId")!));
        var forced = await app.Client.ResolveAsync(ids[0], "manual_retry", new { force = true });

        single.ExpectProblem(HttpStatusCode.Conflict, "permanent_failure");
        bulk.ExpectProblem(HttpStatusCode.Conflict, "nothing_to_do");
        Assert.Equal(2, plan.At("ineligibleByReason").Number("permanent_failure"));
        forced.Expect(HttpStatusCode.OK);
        await app.Client.WaitForOrderAsync(ids[0], "completed");
        Assert.Equal("dead_letter", await app.Client.GetOrderStatusAsync(ids[1]));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_job_needs_a_reason_and_somebody_who_asks()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(2);
        var planId = (await app.Client.PlanRetryAsync(JobRequests.All)).Text("planId")!;

        foreach (var body in new object[]
        {
            new { planId, requestedBy = "dana" },
            new { planId, requestedBy = "dana", reason = "  " },
            new { planId, requestedBy = "dana", reason = new string('x', 1_001) },
            new { planId, reason = "because" },
            new { planId, reason = "because", requestedBy = "dana", pace = new { parallelism = 0 } },
            new { planId, reason = "because", requestedBy = "dana", ramp = new[] { 5, 0 } },
            new { planId, reason = "because", requestedBy = "dana", unknown = 1 },
        })
        {
            var answer = await UnchangedAsync(app, () => app.Client.PostAsync("/api/jobs", body));
            answer.Expect(HttpStatusCode.BadRequest);
            Assert.StartsWith("#/", Error(answer).Text("pointer"), StringComparison.Ordinal);
        }

        (await UnchangedAsync(app, () => app.Client.ApplyAsync("plan-nobody"))).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await UnchangedAsync(app, () => app.Client.PauseAsync("job-nobody"))).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        await app.VerifyAsync();
    }

    private static JsonElement Error(ApiResponse answer) => answer.Json.At("errors")[0];

    private static async Task<T> UnchangedAsync<T>(InProcessApp app, Func<Task<T>> request)
    {
        var before = await app.Store.ReadAllRowsAsync();
        var answer = await request();
        Assert.Equal(before, await app.Store.ReadAllRowsAsync());
        return answer;
    }
}
