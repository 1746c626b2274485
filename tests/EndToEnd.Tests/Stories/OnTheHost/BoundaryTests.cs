using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>
/// Whatever goes from the host to the worker and back is written and read again by Microsoft's code, each in its own way: inputs, outputs, events,
/// custom status, failures, the answer of a start, the links in it, and requests with all that callers put into them.
/// </summary>
public sealed class BoundaryTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    /// <summary>Everything that an id may be, and pairs that must not be taken for one another.</summary>
    private static readonly string[] OddIds =
    [
        "A", "a", "A-retry-1", "A-g1", "a|b", "a%20b", "100%", "o'brien", "a b", "a+b", "a=b&c=d", "a:b;c,d", "(1)", "[x]{y}", "~^`!",
        "\"quoted\"", "<tag>", "@at", "$5", "ünïcödé-訂單", "moon-🌙", "...", "-", new string('x', 256), new string('x', 255) + "y",
    ];

    [Fact]
    public async Task Inputs_outputs_and_status_are_named_and_spelt_as_documented()
    {
        await app.Store.SeedFailedAsync(1, prefix: "named");

        var batch = await app.Client.RunAsync(maxOrders: 7);

        Assert.Equal(("Completed", "ReprocessingBatchOrchestrator", "1.0"), (batch.Status(), batch.Text("name"), batch.Text("version")));
        Assert.Equal(("http", 7), (batch.At("input").Text("trigger"), batch.At("input").Number("maxOrders")));
        Assert.Equal("completed", batch.At("customStatus").Text("phase"));
        Assert.True(JsonElement.DeepEquals(batch.At("output"), batch.At("customStatus").At("result")), batch.ToString());
        Assert.Equal("drained", batch.At("output").Text("stopReason"));
        var child = (await app.Client.GetInstanceAsync($"reprocessing-{batch.At("customStatus").Text("runId")}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("00:03:00", child.At("input").Text("processTimeout"));
        Assert.Equal(AppClient.Batch, child.Text("parentInstanceId"));
        await app.Client.WaitForOrderAsync("named-00000", "completed");
    }

    [Fact]
    public async Task A_failure_crosses_with_its_words_and_is_the_orders_own()
    {
        const string OrderId = $"{HostedApp.FailingPrefix}-words";
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small(OrderId))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync(OrderId, "shipping_failed");
        var instance = await app.Client.WaitForEndAsync($"{Instances}/order-fulfillment-{OrderId}?showHistory=true&showHistoryOutput=true");

        Assert.Equal("Failed", instance.Status());
        Assert.Contains("shipping_failed", instance.Text("output"), StringComparison.Ordinal);
        var ended = instance.At("historyEvents").EnumerateArray().Last();
        Assert.Equal(("ExecutionCompleted", "Failed"), (ended.Text("EventType"), ended.Text("OrchestrationStatus")));
        var failure = (await app.Client.GetOrderAsync(OrderId)).Json.At("failure");
        Assert.Equal(("shipping_failed", $"order-fulfillment-{OrderId}"), (failure.Text("status"), failure.Text("workflowId")));
    }

    [Fact]
    public async Task Events_of_any_form_reach_a_workflow_and_none_fails_it()
    {
        var points = new LoyaltyPoints(app.Client, customers: 1);
        var id = LoyaltyPoints.InstanceOf("c0000");
        await points.SendAsync("c0000", "earned", "purchase-1", 30);
        await points.WaitForAllAsync(30);

        foreach (var body in (string[])["\"words\"", "[1,2]", "null", "{\"points\":\"many\"}", "{\"purchaseId\":\"purchase-2\",\"points\":12}"])
        {
            (await app.Client.PostRawAsync($"{Instances}/{id}/raiseEvent/PointsEarned", body)).Expect(HttpStatusCode.Accepted);
        }

        await points.WaitForAllAsync(42);
        Assert.Equal("Running", (await app.Client.GetInstanceAsync(id)).Json.Status());
        var history = (await app.Client.GetInstanceAsync(id, "?showHistory=true&showInput=true")).Json.At("historyEvents");
        Assert.Equal(6, history.EnumerateArray().Count(told => told.Text("EventType") == "EventRaised"));
    }

    [Fact]
    public async Task A_start_answers_with_the_platforms_payload_and_each_link_in_it_works()
    {
        // One that stays: its links are tried one after the other.
        await new LoyaltyPoints(app.Client, customers: 1).SendAsync("linked", "earned", "purchase-1", 1);
        var started = (await app.Client.StartRunAsync(maxOrders: 1)).Expect(HttpStatusCode.Accepted);
        // At the address that the host knows itself by, whatever the caller's was.
        var address = $"http://localhost:{app.Client.Address.Port}/runtime/webhooks/durabletask/instances/{AppClient.Batch}";

        Assert.Equal("application/json", started.ContentType);
        Assert.Equal(
            ["id", "purgeHistoryDeleteUri", "restartPostUri", "resumePostUri", "rewindPostUri", "sendEventPostUri", "statusQueryGetUri", "suspendPostUri", "terminatePostUri"],
            started.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.All(started.Json.EnumerateObject().Where(member => member.Name != "id"), member => Assert.StartsWith(address, member.Value.GetString(), StringComparison.Ordinal));
        Assert.Equal(started.Json.Text("statusQueryGetUri"), started.Location!.ToString());
        await app.Client.WaitForEndAsync(started.Location.ToString());

        string Link(string name) => started.Json.Text(name)!.Replace(AppClient.Batch, LoyaltyPoints.InstanceOf("linked"), StringComparison.Ordinal)
            .Replace("{text}", "a%20reason", StringComparison.Ordinal).Replace("{eventName}", "PointsEarned", StringComparison.Ordinal);
        async Task ExpectAsync(string link, HttpStatusCode status, string then)
        {
            (await app.Client.PostAsync(Link(link), new { purchaseId = "purchase-2", points = 2 })).Expect(status);
            await app.Client.WaitForStatusAsync(LoyaltyPoints.InstanceOf("linked"), then);
        }

        await ExpectAsync("sendEventPostUri", HttpStatusCode.Accepted, "Running");
        await ExpectAsync("suspendPostUri", HttpStatusCode.Accepted, "Suspended");
        await ExpectAsync("resumePostUri", HttpStatusCode.Accepted, "Running");
        await ExpectAsync("terminatePostUri", HttpStatusCode.Accepted, "Terminated");
        Assert.Equal("a reason", (await app.Client.GetAsync(Link("statusQueryGetUri"))).Expect(HttpStatusCode.OK).Json.Text("output"));
        (await app.Client.SendAsync(HttpMethod.Delete, Link("purgeHistoryDeleteUri"))).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync(Link("statusQueryGetUri"))).Status);
    }

    [Fact]
    public async Task Orders_of_whatever_id_complete_and_their_workflows_are_found_by_it()
    {
        foreach (var id in OddIds)
        {
            var created = (await app.Client.PostAsync("/api/orders", SampleOrders.Small(id))).Expect(HttpStatusCode.Created);
            Assert.Equal(id, (await app.Client.GetAsync(created.Location!.ToString())).Expect(HttpStatusCode.OK).Json.Text("orderId"));
        }

        foreach (var id in OddIds)
        {
            await app.Client.WaitForOrderAsync(id, "completed");
            var workflowId = (await app.Client.GetOrderAsync(id)).Json.Text("workflowId")!;
            await app.Client.WaitForStatusAsync(workflowId, "Completed");
            Assert.Equal(workflowId, (await app.Client.GetAsync($"/api/workflows/{Uri.EscapeDataString(workflowId)}")).Expect(HttpStatusCode.OK).Json.Text("instanceId"));
        }
    }

    /// <summary>The engine keeps what is longer than a message in blobs.</summary>
    [Fact]
    public async Task An_order_that_no_message_holds_is_fulfilled_with_all_that_it_has()
    {
        using var large = SampleOrders.Large("large-1", "訂單🌙\"é", characters: 110_000);
        using var rich = SampleOrders.Rich("rich-1");
        (await app.Client.PostAsync("/api/orders", large)).Expect(HttpStatusCode.Created);
        (await app.Client.PostAsync("/api/orders", rich)).Expect(HttpStatusCode.Created);

        foreach (var (orderId, sent) in new[] { ("large-1", large), ("rich-1", rich) })
        {
            await app.Client.WaitForOrderAsync(orderId, "completed");
            await app.Client.WaitForStatusAsync($"order-fulfillment-{orderId}", "Completed");
            var input = (await app.Client.GetInstanceAsync($"order-fulfillment-{orderId}")).Expect(HttpStatusCode.OK).Json.At("input");
            Assert.True(JsonElement.DeepEquals(sent.RootElement.At("attributes"), input.At("order").At("attributes")), orderId);
        }
    }

    [Fact]
    public async Task Bodies_come_through_chunked_and_whole_and_headers_of_either_side_as_they_are()
    {
        using var chunked = new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(SampleOrders.Small("chunked-1")))));
        chunked.Headers.ContentType = new("application/json");
        (await app.Client.SendAsync(HttpMethod.Post, "/api/orders", chunked)).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("chunked-1", "completed");

        (await app.Client.PostRawAsync("/api/orders", "{")).ExpectProblem(HttpStatusCode.BadRequest, "invalid_body");
        (await app.Client.GetAsync("/api/orders/nobody")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await app.Client.GetAsync("/api/dead-letters?filter=%E8%A8%82%20%3D")).ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/nowhere")).Status);

        await app.Store.SeedDeadLettersAsync(1, prefix: "headers");
        var group = (await app.Client.GetAsync("/api/failure-groups")).Expect(HttpStatusCode.OK).Json.At("items")[0].Text("fingerprint");
        var read = (await app.Client.GetAsync($"/api/failure-groups/{group}")).Expect(HttpStatusCode.OK);
        (await app.Client.SendJsonAsync(
            HttpMethod.Patch, $"/api/failure-groups/{group}", new { state = "archived", requestedBy = "ops" }, ("If-Match", read.ETag!))).Expect(HttpStatusCode.OK);
        (await app.Client.SendJsonAsync(
            HttpMethod.Patch, $"/api/failure-groups/{group}", new { state = "open", requestedBy = "ops" }, ("If-Match", read.ETag!)))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "precondition_failed");
        await Eventually.TrueAsync(async () => (await app.Client.GetAsync("/api/health")).Json.Text("status") == "healthy");
    }

    /// <summary>A body whose length the client cannot say.</summary>
    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
