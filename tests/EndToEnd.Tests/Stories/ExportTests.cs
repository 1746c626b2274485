using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using EndToEnd.Tests.Exports;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

public sealed class ExportTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task A_download_that_was_broken_off_is_gone_on_with_and_each_part_can_be_had_alone()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ExportPageRecords", "30"));
        await app.Client.ImportAsync(OrderFile.Of(200).Text);
        var export = await app.Client.ExportAsync("csv");
        var whole = (await app.Client.ContentAsync(export)).Expect(HttpStatusCode.OK).Text;
        var length = whole.Length;

        var rest = (await app.Client.ContentAsync(export, range: $"bytes={length / 3}-")).Expect(HttpStatusCode.PartialContent);
        var middle = (await app.Client.ContentAsync(export, range: $"bytes={length / 2}-{(length / 2) + 999}")).Expect(HttpStatusCode.PartialContent);
        var end = (await app.Client.ContentAsync(export, range: "bytes=-50")).Expect(HttpStatusCode.PartialContent);
        var beyond = await app.Client.ContentAsync(export, range: $"bytes={length}-");
        var parts = new List<string>();
        for (var part = 1; part <= export.Number("pages"); part++)
        {
            parts.Add((await app.Client.ContentAsync(export, part: part)).Expect(HttpStatusCode.OK).Text);
        }

        Assert.Equal(whole, whole[..(length / 3)] + rest.Text);
        Assert.Equal(whole.Substring(length / 2, 1_000), middle.Text);
        Assert.Equal(whole[^50..], end.Text);
        beyond.ExpectProblem(HttpStatusCode.RequestedRangeNotSatisfiable, "range_not_satisfiable");
        Assert.Equal(7, parts.Count);
        Assert.Equal(whole, string.Concat(parts));
        (await app.Client.ContentAsync(export, part: 8)).ExpectProblem(HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    public async Task What_an_export_holds_is_imported_as_the_same_orders()
    {
        await using var one = await InProcessApp.StartAsync(storage, ("ExportPageRecords", "25"));
        await one.Client.ImportAsync(OrderFile.Of(60).Text);
        await one.Store.SeedFailedAsync("failed-1");
        foreach (var format in (string[])["csv", "jsonl"])
        {
            await using var other = await InProcessApp.StartAsync(storage);
            var pending = (await one.Client.ContentAsync(await one.Client.ExportAsync(format, status: "pending"))).Text;
            var nothing = await one.Client.ExportAsync(format, status: "completed");

            Assert.Equal((59, 59, 0, 0), (await other.Client.ImportAsync(pending, type: format == "csv" ? "text/csv" : "application/x-ndjson")).Counts());

            Assert.Equal(pending, (await other.Client.ContentAsync(await other.Client.ExportAsync(format))).Text);
            Assert.Equal((0, 0), nothing.ExportCounts());
            Assert.Equal(format == "csv" ? 1 : 0, (await one.Client.ContentAsync(nothing)).Expect(HttpStatusCode.OK).Text.Count(letter => letter == '\n'));
        }
    }

    [Fact]
    public async Task Orders_that_cannot_be_read_are_left_out_and_listed_and_stop_no_other()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ExportPageRecords", "4"));
        await app.Store.SeedFailedAsync(20);
        string[] broken = ["order-00003", "order-00011", "order-00019"];
        foreach (var orderId in broken)
        {
            await app.Store.BreakAsync(orderId);
        }

        var export = await app.Client.ExportAsync();
        var streamed = (await app.Client.GetAsync("/api/exports/orders")).Expect(HttpStatusCode.OK).Text;

        Assert.Equal("completed_with_skips", export.Text("state"));
        Assert.Equal((17, 3), export.ExportCounts());
        var content = (await app.Client.ContentAsync(export)).Text;
        Assert.Equal(app.Store.SeededIds.Except(broken), OrderIds(content, "jsonl").Order(StringComparer.Ordinal));
        Assert.Equal(content, streamed);
        var skipped = (await app.Client.GetAsync($"/api/exports/{export.Text("exportId")}/skipped?pageSize=10")).Expect(HttpStatusCode.OK).Json.At("items");
        Assert.Equal(broken, skipped.EnumerateArray().Select(record => record.Text("orderId")!).Order(StringComparer.Ordinal));
        Assert.All(skipped.EnumerateArray(), record => Assert.EndsWith($"/o|{record.Text("orderId")}", record.Text("key"), StringComparison.Ordinal));
        await app.VerifyAsync(broken);
    }

    [Fact]
    public async Task A_canceled_export_ends_and_keeps_nothing_of_what_it_wrote()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ExportPageRecords", "1"));
        await app.Store.SeedFailedAsync(400);
        var exportId = await app.Client.StartExportAsync();
        await WaitForPagesAsync(app.Client, exportId, 2);
        (await app.Client.SendAsync(HttpMethod.Delete, $"/api/exports/{exportId}")).ExpectProblem(HttpStatusCode.Conflict, "export_not_ended");
        (await app.Client.GetAsync($"/api/exports/{exportId}/content")).ExpectProblem(HttpStatusCode.Conflict, "export_not_ended");

        (await app.Client.PostAsync($"/api/exports/{exportId}/cancel", new { requestedBy = "ops", reason = "the wrong status" })).Expect(HttpStatusCode.Accepted);
        (await app.Client.PostAsync($"/api/exports/{exportId}/cancel", new { requestedBy = "somebody else" })).Expect(HttpStatusCode.Accepted);
        var export = await app.Client.WaitForExportAsync(exportId);

        Assert.Equal(("canceled", "ops (claimed)", "the wrong status"), (export.Text("state"), export.Text("canceledBy"), export.Text("cancelReason")));
        Assert.InRange(export.ExportCounts().Records, 2, 399);
        (await app.Client.ContentAsync(export)).ExpectProblem(HttpStatusCode.Gone, "export_without_content");
        await Eventually.TrueAsync(async () => !await HasTextAsync(app));
    }

    [Fact]
    public async Task A_request_that_is_repeated_under_its_key_is_one_export_and_another_one_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(5);

        var first = (await StartAsync(app, "jsonl")).Expect(HttpStatusCode.Accepted);
        var again = (await StartAsync(app, "jsonl")).Expect(HttpStatusCode.Accepted);
        (await StartAsync(app, "csv")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");

        Assert.Equal(first.Json.Text("exportId"), again.Json.Text("exportId"));
        await app.Client.WaitForExportAsync(first.Json.Text("exportId")!);
        Assert.Equal("completed", (await StartAsync(app, "jsonl")).Expect(HttpStatusCode.Accepted).Json.Text("state"));
        Assert.Single((await app.Client.GetAsync("/api/exports")).Json.At("items").EnumerateArray());
    }

    [Fact]
    public async Task A_deleted_export_is_known_and_its_file_is_gone()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(5);
        var export = await app.Client.ExportAsync();
        Assert.True(await HasTextAsync(app));
        var path = $"/api/exports/{export.Text("exportId")}";
        (await app.Client.PostAsync($"{path}/cancel", new { requestedBy = "ops" })).ExpectProblem(HttpStatusCode.Conflict, "export_ended");

        (await app.Client.SendAsync(HttpMethod.Delete, path)).Expect(HttpStatusCode.OK);
        (await app.Client.SendAsync(HttpMethod.Delete, path)).Expect(HttpStatusCode.OK);

        Assert.False(await HasTextAsync(app));
        (await app.Client.GetAsync($"{path}/content")).ExpectProblem(HttpStatusCode.Gone, "export_without_content");
        var known = (await app.Client.GetAsync(path)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((5, "completed"), (known.ExportCounts().Records, known.Text("state")));
        Assert.False(known.TryGetProperty("contentPath", out _));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_and_starts_nothing()
    {
        await using var app = await InProcessApp.StartAsync(storage);

        ApiResponse[] refused =
        [
            await app.Client.PostAsync("/api/exports", new { format = "jsonl" }),
            await app.Client.PostAsync("/api/exports", new { status = "lost", requestedBy = "ops" }),
            await app.Client.PostAsync("/api/exports", new { format = "xml", requestedBy = "ops" }),
            await app.Client.PostAsync("/api/exports", new { what = "everything", requestedBy = "ops" }),
        ];

        Assert.Equal(["#/requestedBy", "#/status", "#/format", "#/what"], refused.Select(answer => answer.Expect(HttpStatusCode.BadRequest).Json.At("errors")[0].Text("pointer")!));
        Assert.Empty((await app.Client.GetAsync("/api/exports")).Json.At("items").EnumerateArray());
        foreach (var path in (string[])["", "/content", "/skipped"])
        {
            (await app.Client.GetAsync($"/api/exports/none{path}")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        }
    }

    private static Task<ApiResponse> StartAsync(InProcessApp app, string format) =>
        app.Client.SendJsonAsync(HttpMethod.Post, "/api/exports", new { format, requestedBy = "ops" }, ("Idempotency-Key", "key-1"));

    private static Task WaitForPagesAsync(AppClient client, string exportId, int pages) => Eventually.TrueAsync(
        async () => (await client.GetAsync($"/api/exports/{exportId}")).Expect(HttpStatusCode.OK).Json.Number("pages") >= pages, TimeSpan.FromMinutes(2));

    private static IEnumerable<string> OrderIds(string text, string format)
    {
        var lines = text.TrimEnd().Split('\n');
        return format == "csv"
            ? lines.Skip(1).Select(line => line.Split(',')[0])
            : lines.Select(line => JsonDocument.Parse(line).RootElement.Text("orderId")!);
    }

    private static async Task<bool> HasTextAsync(InProcessApp app)
    {
        var container = new BlobServiceClient(app.Store.ConnectionString).GetBlobContainerClient($"{app.Store.Name}transfers".ToLowerInvariant());
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = "export-" }, CancellationToken.None))
        {
            return true;
        }

        return false;
    }
}
