using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Waiting;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Tests.Stories;

public sealed class ImportTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task Bad_records_are_listed_with_line_and_reason_and_every_good_one_is_stored_once()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ImportPageRecords", "7"));
        const string Csv = """"
            orderId,customerId,item.sku,item.quantity,note
            A1,C1,S,1,"two
            lines, and a ""quote"""
            A2,C1,S,none,x
            A3,C1,S,1
            A4,C1,S,1,"never closed
            A5,C1,S,1,fine
            A6,C1,S,1,stray " quote

            A1,C1,S,2,another A1
            A5,C1,S,1,fine
            A/7,C1,S,1,x
            A8,C1,S,1,last
            """";

        var import = await app.Client.ImportAsync(Csv);

        Assert.Equal("completed_with_rejects", import.Text("state"));
        Assert.Equal((10, 3, 1, 6), import.Counts());
        Assert.Equal(100, import.At("percent").GetDouble());
        var rejected = await app.Client.RejectedAsync(import.Text("importId")!, pageSize: 2);
        Assert.Equal(
            [(4, "invalid_order"), (5, "wrong_field_count"), (6, "malformed_quote"), (8, "malformed_quote"), (10, "conflict"), (12, "invalid_order")],
            rejected.Select(record => (record.Number("line"), record.Text("reason")!)));
        Assert.StartsWith("A4,C1,S,1,\"never", rejected[2].Text("raw"), StringComparison.Ordinal);
        Assert.Equal("A1", rejected[4].Text("orderId"));
        var order = await app.Store.ReadOrderAsync("A1");
        Assert.Equal($"{import.Text("importId")}:2", order.Source);
        Assert.Equal(3, (await app.Store.CountStatusesAsync()).Values.Sum());
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_repeated_import_changes_nothing()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ImportPageRecords", "50"));
        var file = OrderFile.Of(300);
        var first = await app.Client.ImportAsync(file.Text);
        var before = await OrderRowsAsync(app);

        var second = await app.Client.ImportAsync(file.Text);

        Assert.Equal((300, 297, 0, 3), first.Counts());
        Assert.Equal((300, 0, 297, 3), second.Counts());
        Assert.Equal(before, await OrderRowsAsync(app));
        Assert.Equal(file.BadLines, (await app.Client.RejectedAsync(second.Text("importId")!)).Select(record => record.At("line").GetInt64()));
    }

    [Fact]
    public async Task Imported_orders_are_started_and_JSON_lines_keep_all_that_they_say()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        const string Line = """{"orderId":"J1","customerId":"C1","items":[{"sku":"S","quantity":1,"name":"Lamp"}],"customer":{"tier":"gold"},"channel":"web"}""";

        var import = await app.Client.ImportAsync($"{Line}\n\n{{\"orderId\"\n", mode: "start", type: "application/x-ndjson");

        Assert.Equal((2, 1, 0, 1), import.Counts());
        await app.Client.WaitForOrderAsync("J1", "completed");
        var exported = await app.Client.GetAsync("/api/exports/orders?format=jsonl&status=completed");
        var order = JsonDocument.Parse(exported.Text.TrimEnd()).RootElement;
        Assert.Equal("gold", order.At("customer").Text("tier"));
        Assert.Equal("Lamp", order.At("items")[0].Text("name"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_backlog_of_failed_orders_comes_in_failed_and_a_run_restarts_it()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        const string Csv = """
            orderId,customerId,item.sku,item.quantity,failureStatus,reason,workflowId,failedAt
            F1,C1,S,1,pick_timeout,too slow,wms-1,2026-01-02T03:04:05Z
            F2,C1,S,1,on_fire,,,
            F3,C1,S,1,picking_failed,,,
            """;

        var import = await app.Client.ImportAsync(Csv, mode: "failed");

        Assert.Equal((3, 2, 0, 1), import.Counts());
        var failure = (await app.Store.ReadOrderAsync("F1")).Failure;
        Assert.Equal(("pick_timeout", "too slow", "wms-1"), (failure?.Status, failure?.Reason, failure?.WorkflowId));
        Assert.Contains("failureStatus", Assert.Single(await app.Client.RejectedAsync(import.Text("importId")!)).Text("message"), StringComparison.Ordinal);
        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("F1", "completed");
        await app.Client.WaitForOrderAsync("F3", "completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_lookup_that_fails_or_hangs_costs_what_it_would_have_told_and_never_the_order()
    {
        await using var lookup = await FakeLookup.StartAsync((customer, context) => customer switch
        {
            "hangs" => Task.Delay(TimeSpan.FromSeconds(60), context.RequestAborted),
            "breaks" => AnswerAsync(context, 500, "{}"),
            "unknown" => AnswerAsync(context, 404, "{}"),
            "babbles" => AnswerAsync(context, 200, "not json"),
            _ => AnswerAsync(context, 200, $$"""{"tier":"{{customer}}"}"""),
        });
        await using var app = await InProcessApp.StartAsync(storage, ("ImportEnrichmentUrl", lookup.Template), ("ImportEnrichmentTimeout", "00:00:05"));
        var csv = "orderId,customerId,item.sku,item.quantity\n" + string.Join(
            '\n', ((string[])["gold", "gold", "hangs", "breaks", "unknown", "babbles"]).Select((customer, number) => $"E{number},{customer},S,1"));

        var import = await app.Client.ImportAsync(csv);

        Assert.Equal((6, 6, 0, 0), import.Counts());
        Assert.Equal((2, 4), (import.At("counts").Number("enriched"), import.At("counts").Number("notEnriched")));
        Assert.Single(lookup.Asked, "gold");
        var orders = (await app.Client.GetAsync("/api/exports/orders")).Text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(order => order.Text("orderId")!);
        Assert.Equal("gold", orders["E0"].At("enrichment").Text("tier"));
        Assert.True(orders["E1"].At("enriched").GetBoolean());
        Assert.False(orders["E2"].At("enriched").GetBoolean());
        Assert.False(orders["E2"].TryGetProperty("enrichment", out _));
    }

    [Fact]
    public async Task A_lookup_that_redirects_leads_nowhere_and_the_order_says_why_it_knows_nothing()
    {
        await using var inner = await FakeLookup.StartAsync((_, context) => AnswerAsync(context, 200, """{"secret":"inner"}"""));
        await using var lookup = await FakeLookup.StartAsync((customer, context) =>
        {
            context.Response.Headers.Location = inner.Template.Replace("{customerId}", customer, StringComparison.Ordinal);
            return customer == "moved" ? AnswerAsync(context, 302, "") : AnswerAsync(context, 403, """{"message":"Not for anna@example.com"}""");
        });
        await using var app = await InProcessApp.StartAsync(storage, ("ImportEnrichmentUrl", lookup.Template));

        var import = await app.Client.ImportAsync("orderId,customerId,item.sku,item.quantity\nE0,moved,S,1\nE1,hidden,S,1\nE2,..,S,1");

        // An id that is a step in a path is refused before anybody is asked.
        Assert.Equal((3, 2, 0, 1), import.Counts());
        Assert.Equal((0, 2), (import.At("counts").Number("enriched"), import.At("counts").Number("notEnriched")));
        Assert.Empty(inner.Asked);
        var errors = (await app.Client.GetAsync("/api/exports/orders")).Text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(order => order.Text("orderId")!, order => order.Text("enrichmentError"));
        Assert.Equal("The lookup answered 302, a redirect, which is not followed.", errors["E0"]);
        Assert.Equal("Not for [redacted]", errors["E1"]);
        Assert.DoesNotContain("..", lookup.Asked);
        Assert.DoesNotContain(app.Log.Entries, entry => entry.Message.Contains("Not for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_makes_no_progress_is_given_up_and_done_again_and_the_old_attempt_changes_nothing_any_more()
    {
        var hang = new TaskCompletionSource();
        var calls = 0;
        await using var lookup = await FakeLookup.StartAsync(async (_, context) =>
        {
            var call = Interlocked.Increment(ref calls);
            if (call == 1)
            {
                await hang.Task;
            }

            await AnswerAsync(context, 200, $$"""{"call":{{call}}}""");
        });
        await using var app = await InProcessApp.StartAsync(
            storage,
            ("ImportEnrichmentUrl", lookup.Template), ("ImportEnrichmentTimeout", "00:00:25"), ("ImportHeartbeatTimeout", "00:00:05"));

        var import = await app.Client.ImportAsync("orderId,customerId,item.sku,item.quantity\nH1,C1,S,1\nH2,C1,S,1\n");

        Assert.Equal((2, 2), (import.Counts().Stored, import.At("counts").Number("enriched")));
        Assert.Equal(2, calls);
        Assert.Contains(app.Log.Entries, entry => entry.Message.Contains("EnrichImportPage", StringComparison.Ordinal) && entry.Message.Contains("given up", StringComparison.Ordinal));
        hang.SetResult();
        Assert.False(import.TryGetProperty("heartbeat", out _));
        Assert.Contains("\"call\":2", (await app.Client.GetAsync("/api/exports/orders")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_lives_on_while_the_service_that_is_to_begin_the_orders_does_not_answer()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var silence = new TaskCompletionSource<int?>();
        receiver.Respond = (_, _) => silence.Task;
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(("RestartWebhookTimeout", "00:01:00")));
        const string Csv = "orderId,customerId,item.sku,item.quantity\nW1,C1,S,1\nW2,C1,S,1\n";

        var importId = (await app.Client.UploadAsync(Csv, mode: "start")).Expect(HttpStatusCode.Accepted).Json.Text("importId")!;
        await receiver.WaitForAsync(2);
        var beats = new HashSet<string>();
        await Eventually.TrueAsync(async () => await LastBeatAsync(app, importId) is { } beat && beats.Add(beat) && beats.Count == 4);
        silence.SetResult(202);
        var import = await app.Client.WaitForImportAsync(importId);

        Assert.Equal((2, 2, 0, 0), import.Counts());
        Assert.Equal(2, receiver.Deliveries.Count);
        receiver.AssertGenuine();
    }

    [Fact]
    public async Task The_same_orders_are_the_same_whatever_the_lookup_gave_each_time()
    {
        var answers = 0;
        await using var lookup = await FakeLookup.StartAsync((_, context) => AnswerAsync(context, 200, $$"""{"answer":{{Interlocked.Increment(ref answers)}}}"""));
        await using var app = await InProcessApp.StartAsync(storage, ("ImportEnrichmentUrl", lookup.Template));
        var file = OrderFile.Of(20);
        await app.Client.ImportAsync(file.Text);
        var before = await OrderRowsAsync(app);

        var again = await app.Client.ImportAsync(file.Text);

        Assert.Equal((20, 0, 19, 1), again.Counts());
        Assert.Equal(before, await OrderRowsAsync(app));
    }

    [Fact]
    public async Task What_is_exported_is_imported_as_the_same_orders()
    {
        await using var one = await InProcessApp.StartAsync(storage);
        await one.Client.ImportAsync(OrderFile.Of(60).Text);
        await one.Store.SeedFailedAsync("failed-1");
        foreach (var format in (string[])["csv", "jsonl"])
        {
            await using var other = await InProcessApp.StartAsync(storage);
            var exported = (await one.Client.GetAsync($"/api/exports/orders?format={format}&status=pending")).Expect(HttpStatusCode.OK);
            var failed = (await one.Client.GetAsync($"/api/exports/orders?format={format}&status=picking_failed")).Text;
            var type = format == "csv" ? "text/csv" : "application/x-ndjson";

            Assert.Equal((59, 59, 0, 0), (await other.Client.ImportAsync(exported.Text, type: type)).Counts());
            Assert.Equal((1, 1, 0, 0), (await other.Client.ImportAsync(failed, mode: "failed", type: type)).Counts());

            Assert.Equal(exported.Text, (await other.Client.GetAsync($"/api/exports/orders?format={format}&status=pending")).Text);
            Assert.Equal(failed, (await other.Client.GetAsync($"/api/exports/orders?format={format}&status=picking_failed")).Text);
        }
    }

    [Fact]
    public async Task A_request_that_is_repeated_under_its_key_is_one_import_and_another_one_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var file = OrderFile.Of(20);

        var first = (await app.Client.UploadAsync(file.Text, key: "\"k-1\"")).Expect(HttpStatusCode.Accepted);
        var again = (await app.Client.UploadAsync(file.Text, key: "k-1")).Expect(HttpStatusCode.Accepted);
        var other = (await app.Client.UploadAsync(OrderFile.Of(21).Text, key: "k-1")).Expect(HttpStatusCode.UnprocessableEntity);
        var bad = (await app.Client.UploadAsync(file.Text, key: "a key")).Expect(HttpStatusCode.BadRequest);

        Assert.Equal(first.Json.Text("importId"), again.Json.Text("importId"));
        Assert.Equal("idempotency_key_reused", other.Json.Text("code"));
        Assert.Equal("invalid_parameter", bad.Json.Text("code"));
        await app.Client.WaitForImportAsync(first.Json.Text("importId")!);
        Assert.Single((await app.Client.GetAsync("/api/imports")).Json.At("items").EnumerateArray());
    }

    [Fact]
    public async Task A_file_is_imported_by_its_path_and_no_path_leads_out_of_the_folder()
    {
        var folder = Directory.CreateTempSubdirectory("orders");
        try
        {
            var inside = folder.CreateSubdirectory("in").CreateSubdirectory("today");
            var file = OrderFile.Of(120);
            await File.WriteAllTextAsync(Path.Combine(inside.FullName, "orders.csv"), file.Text, Encoding.UTF8);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "secret.csv"), file.Text);
            File.CreateSymbolicLink(Path.Combine(inside.FullName, "link.csv"), Path.Combine(folder.FullName, "secret.csv"));
            await using var app = await InProcessApp.StartAsync(storage, ("ImportFolder", Path.Combine(folder.FullName, "in")));

            var started = (await app.Client.PostAsync("/api/imports", new { path = "today/orders.csv", mode = "elsewhere" })).Expect(HttpStatusCode.Accepted);
            var import = await app.Client.WaitForImportAsync(started.Json.Text("importId")!);

            Assert.Equal((120, 118, 0, 2), import.Counts());
            Assert.Equal(file.BadLines, (await app.Client.RejectedAsync(import.Text("importId")!)).Select(record => record.At("line").GetInt64()));
            foreach (var path in (string[])["../secret.csv", "today/../../secret.csv", Path.Combine(folder.FullName, "secret.csv"), "today/link.csv", "today", "none.csv", "..\\secret.csv"])
            {
                var refused = (await app.Client.PostAsync("/api/imports", new { path, format = "csv" })).Expect(HttpStatusCode.BadRequest);
                Assert.Equal("#/path", refused.Json.At("errors")[0].Text("pointer"));
            }

            Assert.Single((await app.Client.GetAsync("/api/imports")).Json.At("items").EnumerateArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_imported_is_refused_and_leaves_nothing_behind()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ImportMaxUploadBytes", "5000"));

        var header = await app.Client.UploadAsync("customerId\nC1\n");
        var type = await app.Client.UploadAsync("<orders/>", type: "application/xml");
        var mode = await app.Client.UploadAsync(OrderFile.Header, mode: "later");
        var large = await app.Client.UploadAsync(OrderFile.Of(200).Text);
        var folder = await app.Client.PostAsync("/api/imports", new { path = "orders.csv" });

        Assert.Equal(
            [(400, "invalid_header"), (415, "unsupported_media_type"), (400, "invalid_parameter"), (413, "upload_too_large"), (400, "invalid_body")],
            ((ApiResponse[])[header, type, mode, large, folder]).Select(answer => ((int)answer.Status, answer.Json.Text("code")!)));
        Assert.Empty((await app.Client.GetAsync("/api/imports")).Json.At("items").EnumerateArray());
        (await app.Client.GetAsync("/api/imports/none")).Expect(HttpStatusCode.NotFound);
        (await app.Client.PostAsync("/api/imports/none/cancel", new { requestedBy = "ops" })).Expect(HttpStatusCode.NotFound);
        var nobody = (await app.Client.PostAsync("/api/imports/none/cancel")).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("#/requestedBy", nobody.Json.At("errors")[0].Text("pointer"));
        var empty = await app.Client.ImportAsync(OrderFile.Header);
        Assert.Equal(("completed", 100.0), (empty.Text("state"), empty.At("percent").GetDouble()));
    }

    [Fact]
    public async Task A_canceled_import_ends_after_the_pages_at_work_and_keeps_what_is_stored()
    {
        await using var lookup = await FakeLookup.StartAsync(async (_, context) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), context.RequestAborted);
            await AnswerAsync(context, 200, "{}");
        });
        await using var app = await InProcessApp.StartAsync(
            storage, ("ImportEnrichmentUrl", lookup.Template), ("ImportPageRecords", "10"), ("ImportParallelism", "1"), ("WEBSITE_AUTH_ENABLED", "true"));
        var started = (await app.Client.UploadAsync(OrderFile.Of(2_000).Text)).Expect(HttpStatusCode.Accepted);
        var importId = started.Json.Text("importId")!;
        await Eventually.TrueAsync(async () => (await app.Client.GetAsync($"/api/imports/{importId}")).Json is var import
            && import.Counts().Stored > 0 && import.TryGetProperty("heartbeat", out _) && import.TryGetProperty("etaSeconds", out _));

        (await app.Client.SendJsonAsync(
            HttpMethod.Post, $"/api/imports/{importId}/cancel", new { reason = "the wrong file" }, AppClient.SignedIn("ops", "operator"))).Expect(HttpStatusCode.Accepted);
        (await app.Client.PostAsync($"/api/imports/{importId}/cancel", new { requestedBy = "somebody else" })).Expect(HttpStatusCode.Accepted);
        var import = await app.Client.WaitForImportAsync(importId);

        Assert.Equal(("canceled", "ops", "the wrong file"), (import.Text("state"), import.Text("canceledBy"), import.Text("cancelReason")));
        Assert.InRange(import.Counts().Read, 10, 1_990);
        Assert.Equal(import.Counts().Stored, (await app.Store.CountStatusesAsync()).Values.Sum());
        var done = await app.Client.ImportAsync(OrderFile.Header);
        Assert.Equal("import_ended", (await app.Client.PostAsync($"/api/imports/{done.Text("importId")}/cancel", new { requestedBy = "ops" })).Expect(HttpStatusCode.Conflict).Json.Text("code"));
    }

    private static async Task<string?> LastBeatAsync(InProcessApp app, string importId) =>
        (await app.Client.GetAsync($"/api/imports/{importId}")).Json.TryGetProperty("heartbeat", out var beat) ? beat.Text("at") : null;

    private static async Task<IEnumerable<string>> OrderRowsAsync(InProcessApp app) =>
        (await app.Store.ReadAllRowsAsync()).Where(row => row.StartsWith($"{app.Store.Name}Orders ", StringComparison.Ordinal));

    private static async Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    }
}
