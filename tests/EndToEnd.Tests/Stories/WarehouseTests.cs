using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class WarehouseTests(Hosts.Storage storage)
{
    [Fact]
    public async Task A_warehouse_that_is_away_for_a_moment_is_asked_again_with_the_same_key()
    {
        await using var warehouse = await FakeWarehouse.StartAsync(
            (path, earlier) => path.EndsWith("/pick", StringComparison.Ordinal) && earlier == 0 ? 503 : 200);
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));

        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("real-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("real-1", "completed");

        string[] stages = ["validate", "plan", "pick", "pick", "pack", "ship"];
        Assert.Equal(stages.Select(stage => $"/orders/real-1/stages/{stage}"), warehouse.Calls.Select(call => call.Path));
        Assert.Equal(5, warehouse.Calls.Select(call => call.IdempotencyKey).Distinct().Count());
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("cancel", "Not wanted.", "cancelled")]
    [InlineData("failures", "A failure was reported from outside.", "picking_failed")]
    [InlineData("attempts/order-fulfillment-real-1/complete", "Its success was reported from outside.", "completed")]
    public async Task A_workflow_whose_order_is_taken_from_it_is_ended_and_asks_for_no_other_stage(string action, string why, string status)
    {
        var let = new TaskCompletionSource<int>();
        await using var warehouse = await FakeWarehouse.StartAsync(
            (path, _) => path.EndsWith("/pick", StringComparison.Ordinal) ? let.Task : Task.FromResult(204));
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));
        const string Workflow = "order-fulfillment-real-1";
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("real-1"))).Expect(HttpStatusCode.Created);
        await Eventually.TrueAsync(() => Task.FromResult(warehouse.Calls.Count == 3));
        object body = action switch
        {
            "cancel" => new { reason = why, requestedBy = JobRequests.Operator },
            "failures" => new { failureStatus = "picking_failed", workflowId = Workflow, reason = "The belt stands." },
            _ => new { },
        };

        Assert.True((int)(await app.Client.PostAsync($"/api/orders/real-1/{action}", body)).Status < 300);
        await app.Client.WaitForStatusAsync(Workflow, "Terminated");
        let.SetResult(204);

        Assert.Contains(why, (await app.Client.GetInstanceAsync(Workflow)).Json.Text("output"), StringComparison.Ordinal);
        await app.VerifyAsync();
        Assert.Equal(status, (await app.Store.ReadOrderAsync("real-1")).Status);
        Assert.Equal(["validate", "plan", "pick"], warehouse.Calls.Select(call => call.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task What_the_warehouse_refuses_fails_the_order_with_its_stage_and_error_type()
    {
        await using var warehouse = await FakeWarehouse.StartAsync(
            (path, _) => path.EndsWith("/ship", StringComparison.Ordinal) ? 409 : 204);
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));

        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("real-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("real-1", "shipping_failed");

        var failure = (await app.Store.ReadOrderAsync("real-1")).Failure!;
        Assert.Equal(Reprocessing.Domain.Failures.ErrorType.Conflict, failure.ErrorType);
        Assert.Contains("409", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(5, warehouse.Calls.Count);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_the_warehouse_says_of_a_refusal_is_the_failures_reason_and_makes_its_group()
    {
        await using var warehouse = await FakeWarehouse.StartAsync((path, _) => path.EndsWith("/pick", StringComparison.Ordinal) ? 409 : 204);
        warehouse.SayOf = path => !path.EndsWith("/pick", StringComparison.Ordinal) ? null
            : path.Contains("shelf", StringComparison.Ordinal)
                ? """{"title":"Conflict","detail":"Shelf 4 is empty (card 4111 1111 1111 1111).","exceptionType":"Wms.ShelfEmpty","traceId":"trace-7"}"""
                : """{"reason":"No picker is there."}""";
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address), ("ReprocessingMaxRetries", "0"));

        foreach (var id in (string[])["shelf-1", "shelf-2", "picker-1"])
        {
            (await app.Client.PostAsync("/api/orders", SampleOrders.Small(id))).Expect(HttpStatusCode.Created);
            await app.Client.WaitForOrderAsync(id, "picking_failed");
        }

        var failure = (await app.Client.GetAsync("/api/orders/shelf-1")).Expect(HttpStatusCode.OK).Json.At("failure");
        await app.Client.RunAsync();
        var letter = (await app.Client.GetAsync("/api/dead-letters/shelf-1")).Expect(HttpStatusCode.OK).Json;
        var groups = (await app.Client.GetAsync("/api/failure-groups")).Expect(HttpStatusCode.OK).Json.At("items");

        const string Reason = "Shelf 4 is empty (card [redacted]).";
        Assert.Equal((Reason, "Wms.ShelfEmpty", "pick", "trace-7"), Told(failure, "reason"));
        Assert.Equal((Reason, "Wms.ShelfEmpty", "pick", "trace-7"), Told(letter, "finalFailureReason"));
        Assert.Equal((Reason, "Wms.ShelfEmpty", "pick", "trace-7"), Told(letter.At("retryHistory")[0].At("failure"), "reason"));
        Assert.Equal([1, 2], groups.EnumerateArray().Select(group => group.Number("count")).Order());
        await app.VerifyAsync();

        static (string?, string?, string?, string?) Told(System.Text.Json.JsonElement json, string reason) =>
            (json.Text(reason), json.Text("exceptionType"), json.Text("stage"), json.Text("traceId"));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_of_the_warehouse_is_a_failure_and_leads_nowhere(int status)
    {
        await using var elsewhere = await FakeWarehouse.StartAsync((_, _) => 200);
        await using var warehouse = await FakeWarehouse.StartAsync((path, _) => path.EndsWith("/ship", StringComparison.Ordinal) ? status : 204);
        warehouse.RedirectTo = elsewhere.Address;
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));

        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("real-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("real-1", "shipping_failed");

        Assert.Equal(
            $"The warehouse answered {status}, a redirect, which is not followed.", (await app.Store.ReadOrderAsync("real-1")).Failure!.Reason);
        Assert.Empty(elsewhere.Calls);
        await app.VerifyAsync();
    }
}
