using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories;

/// <summary>A request that is sent again, because its answer was lost, starts nothing twice.</summary>
public sealed class IdempotentRequestTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task The_same_key_and_request_are_one_job_and_another_request_with_it_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(5);
        var otherIds = await app.Store.SeedDeadLettersAsync(5, "other");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync(app, ids, "\"key-1\"")));
        var jobId = answers[0].Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        await app.Client.WaitForJobAsync(jobId);
        var late = await StartAsync(app, ids, "key-1");
        var other = await StartAsync(app, otherIds, "key-1");

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Accepted, jobId), (answer.Status, answer.Json.Text("jobId"))));
        Assert.Equal((HttpStatusCode.Accepted, jobId), (late.Status, late.Json.Text("jobId")));
        other.ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Single((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray());
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 5);
        Assert.Equal(5, (await app.Store.CountStatusesAsync())["dead_letter"]);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_starter_answers_where_the_job_is_and_hands_out_no_key()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(3);

        var started = (await StartAsync(app, ids, "key-2")).Expect(HttpStatusCode.Accepted);

        var jobId = started.Json.Text("jobId")!;
        Assert.Equal($"/api/jobs/{jobId}", started.Location!.ToString());
        Assert.Equal(started.Location, started.OperationLocation);
        Assert.Equal(started.Location.ToString(), started.Json.At("links").Text("self"));
        Assert.DoesNotContain("runtime/webhooks", started.Text, StringComparison.Ordinal);
        var instance = await app.Client.WaitForEndAsync($"{AppClient.Management}/{started.Json.Text("instanceId")}");
        Assert.Equal("Completed", instance.Status());
        var job = (await app.Client.GetAsync(started.Location.ToString())).Expect(HttpStatusCode.OK);
        Assert.NotNull(job.ETag);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_change_of_pace_on_a_job_that_has_changed_since_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(100);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 5 } });
        await app.Client.WaitForJobStateAsync(jobId, "running");
        (await app.Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForJobStateAsync(jobId, "paused");
        var read = (await app.Client.GetAsync($"/api/jobs/{jobId}")).ETag!;

        var first = await SetPaceAsync(app, jobId, 50, read);
        var second = await SetPaceAsync(app, jobId, 5, read);

        Assert.Equal(50, first.Expect(HttpStatusCode.OK).Json.At("pace").At("itemsPerSecond").GetDouble());
        second.Expect(HttpStatusCode.PreconditionFailed);
        Assert.Equal(50, (await app.Client.GetJobAsync(jobId)).At("pace").At("itemsPerSecond").GetDouble());
        (await app.Client.CancelAsync(jobId)).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForJobStateAsync(jobId, "canceled");
        await app.VerifyAsync();
    }

    private static Task<ApiResponse> SetPaceAsync(InProcessApp app, string jobId, int itemsPerSecond, string etag) => app.Client.SendJsonAsync(
        HttpMethod.Patch, $"/api/jobs/{jobId}/pace", new { itemsPerSecond, requestedBy = JobRequests.Operator }, ("If-Match", etag));

    private static Task<ApiResponse> StartAsync(InProcessApp app, IReadOnlyList<string> ids, string key) => app.Client.SendJsonAsync(
        HttpMethod.Post,
        "/api/jobs",
        new { operation = "retry", selection = new { ids }, dryRun = false, reason = "again", requestedBy = JobRequests.Operator },
        ("Idempotency-Key", key));
}
