using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Tests.Stories;

/// <summary>What becomes of each record of an import: stored as it asks, told as there already, or rejected with the reason.</summary>
public sealed class ImportedRecordTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Ten_thousand_records_with_a_hundred_poisonous_ones_are_stored_and_listed_in_one_go()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var text = new StringBuilder();
        List<(long Line, string Reason)> expected = [];
        for (var line = 1; line <= 10_000; line++)
        {
            var (record, reason) = line % 100 == 50 ? Poison(line, line / 100 % 10) : (Good($"good-{line:D5}"), null);
            text.Append(record).Append('\n');
            if (reason is not null)
            {
                expected.Add((line, reason));
            }
        }

        var began = TimeProvider.System.GetTimestamp();
        var import = await app.Client.ImportAsync(text.ToString(), type: Lines);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(3), "It took too long for an import that tries nothing again.");
        Assert.Equal("completed_with_rejects", import.Text("state"));
        Assert.Equal((10_000, 9_900, 0, 100), import.Counts());
        var rejected = await app.Client.RejectedAsync(import.Text("importId")!, pageSize: 100);
        Assert.Equal(expected, rejected.Select(record => (record.At("line").GetInt64(), record.Text("reason")!)));
        Assert.All(rejected, record => Assert.NotEmpty(record.Text("message")!));
        Assert.Equal(9_900, (await app.Store.CountStatusesAsync()).Values.Sum());
        Assert.DoesNotContain(app.Log.Entries, entry => entry.Message.Contains("given up", StringComparison.Ordinal));
        Assert.All(await PageRowsAsync(app, import.Text("importId")!), attempt => Assert.Null(attempt));
    }

    [Fact]
    public async Task One_answer_of_a_lookup_that_is_no_order_can_hold_costs_itself_and_no_other()
    {
        await using var lookup = await FakeLookup.StartAsync((customer, context) => AnswerAsync(context, customer switch
        {
            "surrogate" => """{"note":"cut \ud83d"}""",
            "surrogate-name" => """{"cut \ud83d":1}""",
            "twice" => """{"tier":"gold","Tier":"silver"}""",
            "deep" => $"{{\"a\":{new string('[', 31)}{new string(']', 31)}}}",
            "list" => "[1]",
            "large" => $"{{\"text\":\"{new string('x', 15_000)}\"}}",
            _ => """{"tier":"gold"}""",
        }));
        await using var app = await InProcessApp.StartAsync(storage, ("ImportEnrichmentUrl", lookup.Template));
        var big = new string('y', 399 * 1_024 - 2_000);
        string[] customers = ["good", "surrogate", "surrogate-name", "twice", "deep", "list", "large", "fine"];
        var text = string.Join('\n', customers.Select(customer =>
            $$"""{"orderId":"E-{{customer}}","customerId":"{{customer}}","items":[{"sku":"S","quantity":1}]{{(customer == "large" ? $",\"big\":\"{big}\"" : string.Empty)}}}"""));

        var import = await app.Client.ImportAsync(text, type: Lines);

        Assert.Equal((8, 8, 0, 0), import.Counts());
        Assert.Equal((2, 6), (import.At("counts").Number("enriched"), import.At("counts").Number("notEnriched")));
        var exported = (await app.Client.GetAsync("/api/exports/orders")).Text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement);
        Assert.Equal(["E-fine", "E-good"], exported.Where(order => order.At("enriched").GetBoolean()).Select(order => order.Text("orderId")!).Order());
    }

    [Fact]
    public async Task A_failure_of_an_order_that_is_there_is_recorded_or_rejected_with_the_reason()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Client.ImportAsync(Csv("x3-1", "x3-2", "x3-3"));
        await app.Client.ImportAsync(Csv("here-1"), mode: "start");
        await app.Client.WaitForOrderAsync("here-1", "completed");
        (await app.Client.PostAsync("/api/orders/x3-2/cancel", new { reason = "Not wanted.", requestedBy = "ops" })).Expect(HttpStatusCode.OK);

        var first = await app.Client.ImportAsync(Failed("picking_failed", "shelf", "x3-1", "x3-2", "here-1"), mode: "failed");
        var again = await app.Client.ImportAsync(Failed("picking_failed", "shelf", "x3-1"), mode: "failed");
        var other = await app.Client.ImportAsync(Failed("picking_failed", "another shelf", "x3-1"), mode: "failed");
        var twice = await app.Client.ImportAsync(Failed("pick_timeout", "slow", "x3-3", "x3-3"), mode: "failed");

        Assert.Equal((3, 1, 0, 2), first.Counts());
        var order = await app.Store.ReadOrderAsync("x3-1");
        Assert.Equal(("picking_failed", "shelf", "imported-x3-1"), (order.Status, order.Failure?.Reason, order.Failure?.WorkflowId));
        Assert.NotNull(order.DueAt);
        Assert.Equal(
            [("x3-2", "conflict", "Its failure cannot be recorded: Order x3-2 is cancelled."), ("here-1", "conflict", "Its failure cannot be recorded: Order here-1 is completed.")],
            await MessagesAsync(app, first));
        Assert.Equal((1, 0, 1, 0), again.Counts());
        Assert.Equal((1, 0, 0, 1), other.Counts());
        Assert.Contains("has another failure of workflow imported-x3-1: picking_failed, shelf", Assert.Single(await MessagesAsync(app, other)).Message, StringComparison.Ordinal);
        Assert.Equal((2, 1, 1, 0), twice.Counts());
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_is_there_for_another_system_is_not_told_as_started_nor_the_other_way_round()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Client.ImportAsync(Csv("m-1"));
        await app.Client.ImportAsync(Csv("m-2"), mode: "start");
        await app.Client.ImportAsync(Failed("picking_failed", "shelf", "m-3"), mode: "failed");

        var started = await app.Client.ImportAsync(Csv("m-1", "m-2", "m-3"), mode: "start");
        var elsewhere = await app.Client.ImportAsync(Csv("m-1", "m-2", "m-3"));
        var posted = await app.Client.PostAsync("/api/orders", new { orderId = "p-1", customerId = "C", items = new[] { new { sku = "S", quantity = 1 } }, runElsewhere = true });
        var postedAgain = await app.Client.PostAsync("/api/orders", new { orderId = "p-1", customerId = "C", items = new[] { new { sku = "S", quantity = 1 } } });

        Assert.Equal((3, 0, 1, 2), started.Counts());
        Assert.Equal(
            [
                ("m-1", "conflict", "Order m-1 is there as one that another system works on; its workflow is not started."),
                ("m-3", "conflict", "Order m-3 is there as one that another system works on; its workflow is not started."),
            ],
            await MessagesAsync(app, started));
        Assert.Equal((3, 0, 2, 1), elsewhere.Counts());
        Assert.Equal([("m-2", "conflict", "Order m-2 is there as one whose workflow this app has started.")], await MessagesAsync(app, elsewhere));
        posted.Expect(HttpStatusCode.Created);
        postedAgain.ExpectProblem(HttpStatusCode.Conflict, "order_exists");
        Assert.Equal("pending", (await app.Store.ReadOrderAsync("p-1")).Status);
    }

    [Fact]
    public async Task No_id_in_an_address_is_one_that_storage_cannot_look_up()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        string[] lists = ["orders", "dead-letters", "jobs", "plans", "imports", "exports", "workflows", "failure-groups", "reprocessing/runs"];
        string[] ids = ["a%23b", "a%3Fb", "a%5Cb", "a%00b", "a%0Ab", "a%E2%80%A8b", "%20a", new string('x', 300), "a%25b", "it's"];

        foreach (var path in lists.SelectMany(list => ids.Select(id => $"/api/{list}/{id}")))
        {
            var answer = await app.Client.GetAsync(path);
            Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{path}: {(int)answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task A_mode_that_would_be_passed_over_is_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);

        var answer = await app.Client.PostAsync("/api/imports?mode=failed", new { path = "today/orders.csv" });

        answer.ExpectProblem(HttpStatusCode.BadRequest, "invalid_parameter");
    }

    private static string Good(string orderId) => $$"""{"orderId":"{{orderId}}","customerId":"C","items":[{"sku":"S","quantity":1}]}""";

    private static (string Record, string Reason) Poison(int line, int kind)
    {
        var (id, good) = ($"bad-{line:D5}", Good($"bad-{line:D5}"));
        return kind switch
        {
            0 => (good[..^1] + ",\"note\":\"cut \\ud83d\"}", "invalid_json"),
            1 => (good[..^1] + ",\"cut \\ud83d\":1}", "invalid_json"),
            2 => (good[..^1] + ",\"OrderId\":\"other\"}", "invalid_json"),
            3 => (good[..^1] + $",\"deep\":{new string('[', 40)}{new string(']', 40)}}}", "invalid_json"),
            4 => (good[..^1] + $",\"big\":\"{new string('x', 410 * 1_024)}\"}}", "invalid_order"),
            5 => (Good($"{id}\\u2028"), "invalid_order"),
            6 => (Good(".."), "invalid_order"),
            7 => (good[..^2], "invalid_json"),
            8 => (good.Replace("\"quantity\":1", "\"quantity\":-5", StringComparison.Ordinal), "invalid_order"),
            _ => (good.Replace("\"sku\"", "\"SKU\"", StringComparison.Ordinal), "invalid_order"),
        };
    }

    private static string Csv(params string[] ids) =>
        "orderId,customerId,item.sku,item.quantity\n" + string.Concat(ids.Select(id => $"{id},C,S,1\n"));

    private static string Failed(string status, string reason, params string[] ids) =>
        "orderId,customerId,item.sku,item.quantity,failureStatus,reason\n" + string.Concat(ids.Select(id => $"{id},C,S,1,{status},{reason}\n"));

    private static async Task<List<(string OrderId, string Reason, string Message)>> MessagesAsync(InProcessApp app, JsonElement import) =>
        [.. (await app.Client.RejectedAsync(import.Text("importId")!)).Select(record => (record.Text("orderId")!, record.Text("reason")!, record.Text("message")!))];

    /// <summary>A page that is done has no trace of attempts; one that was tried again after its end would have.</summary>
    private static async Task<List<int?>> PageRowsAsync(InProcessApp app, string importId)
    {
        List<int?> attempts = [];
        await foreach (var row in app.Store.Tables.Imports.QueryAsync<Azure.Data.Tables.TableEntity>(row => row.PartitionKey == importId))
        {
            attempts.Add(row.GetInt32("Attempt"));
        }

        return attempts;
    }

    private static Task AnswerAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text);
    }
}
