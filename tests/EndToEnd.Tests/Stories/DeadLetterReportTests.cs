using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Domain.Failures;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class DeadLetterReportTests(Hosts.Storage storage)
{
    private const int Shelves = 1_800, Timeouts = 600;

    [Fact]
    public async Task Figures_groups_and_exports_of_a_large_queue_agree()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await SeedAsync(app);

        var statistics = (await app.Client.GetAsync("/api/statistics/dead-letters")).Expect(HttpStatusCode.OK).Json;
        var groups = (await app.Client.GetAsync("/api/failure-groups")).Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray().ToList();
        var lines = (await app.Client.GetAsync("/api/exports/dead-letters")).Expect(HttpStatusCode.OK);
        var sheet = (await app.Client.GetAsync("/api/exports/dead-letters?format=csv&filter=failureStatus%20%3D%20pick_timeout")).Expect(HttpStatusCode.OK);

        Assert.Equal(Shelves + Timeouts, statistics.Number("totalEntries"));
        Assert.Equal(Shelves + Timeouts, statistics.Number("unresolvedCount"));
        Assert.Equal(Shelves, statistics.At("byFailureStatus").Number("picking_failed"));
        Assert.Equal(Timeouts, statistics.At("byErrorType").Number("timeout"));
        Assert.Equal([("picking_failed", Shelves), ("pick_timeout", Timeouts)], groups.Select(group => (group.Text("failureStatus"), group.Number("openCount"))));
        Assert.All(groups, group => Assert.Equal("new", group.Text("state")));
        Assert.StartsWith("application/x-ndjson", lines.ContentType, StringComparison.Ordinal);
        var exported = lines.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Shelves + Timeouts, exported.Select(entry => entry.Text("orderId")).Distinct().Count());
        Assert.Equal(Shelves + Timeouts, exported.Count);
        Assert.Equal(Timeouts + 1, sheet.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_group_is_put_aside_and_taken_up_again_and_the_audit_log_knows_by_whom()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);
        var group = Assert.Single((await app.Client.GetAsync("/api/failure-groups?state=new")).Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray());
        var path = $"/api/failure-groups/{group.Text("fingerprint")}";
        var read = (await app.Client.GetAsync(path)).Expect(HttpStatusCode.OK);

        var archived = (await EditAsync("archived", read.ETag!)).Expect(HttpStatusCode.OK);
        (await EditAsync("open", read.ETag!)).ExpectProblem(HttpStatusCode.PreconditionFailed, "precondition_failed");
        (await EditAsync("open", archived.ETag!)).Expect(HttpStatusCode.OK);

        Assert.Equal(("archived", "known", JobRequests.Recorded), (archived.Json.Text("state"), archived.Json.Text("note"), archived.Json.Text("archivedBy")));
        Assert.Equal("new", (await app.Client.GetAsync(path)).Json.Text("state"));
        var told = (await app.Client.GetAsync($"/api/audit-events?target={group.Text("fingerprint")}")).Json.At("items").EnumerateArray().ToList();
        Assert.Equal(["failure_group.opened", "failure_group.archived"], told.Select(one => one.Text("action")));
        (await app.Client.GetAsync("/api/failure-groups/0000000000000000")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        await app.VerifyAsync();

        Task<ApiResponse> EditAsync(string state, string tag) => app.Client.SendJsonAsync(
            HttpMethod.Patch, path, new { state, note = "known", requestedBy = JobRequests.Operator }, ("If-Match", tag));
    }

    private static async Task SeedAsync(InProcessApp app)
    {
        await app.Store.SeedDeadLettersAsync(Shelves, "shelf");
        await app.Store.SeedDeadLettersAsync(Timeouts, "late", letter => letter with { FailureStatus = FailureStatuses.PickTimeout, Reason = "No picker came." });
    }
}
