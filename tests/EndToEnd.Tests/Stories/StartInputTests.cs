using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class StartInputTests(Hosts.Storage storage)
{
    [Fact]
    public async Task A_restarted_workflow_gets_the_orders_original_input_whole()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "rich:pack:2"));
        using var rich = SampleOrders.Rich("rich-1");
        (await app.Client.PostAsync("/api/orders", rich)).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("rich-1", "packing_failed");
        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("rich-1", "packing_failed");
        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("rich-1", "completed");

        var first = await ReadStartAsync(app, "order-fulfillment-rich-1");
        var second = await ReadStartAsync(app, "order-fulfillment-rich-1-retry-1");
        var third = await ReadStartAsync(app, "order-fulfillment-rich-1-retry-2");

        SampleOrders.AssertCarries(rich.RootElement, first.At("order"));
        Assert.Equal(first.At("order").GetRawText(), second.At("order").GetRawText());
        Assert.Equal(first.At("order").GetRawText(), third.At("order").GetRawText());
        Assert.Equal([0, 1, 2], new[] { first, second, third }.Select(start => start.Number("attempt")));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_of_hundreds_of_kilobytes_is_restarted_with_all_of_it()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "large:ship:1"));
        using var large = SampleOrders.Large("large-1", "0123456789", characters: 300_000);
        (await app.Client.PostAsync("/api/orders", large)).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("large-1", "shipping_failed");

        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("large-1", "completed");

        var restarted = await ReadStartAsync(app, "order-fulfillment-large-1-retry-1");
        SampleOrders.AssertCarries(large.RootElement, restarted.At("order"));
        await app.VerifyAsync();
    }

    private static async Task<JsonElement> ReadStartAsync(InProcessApp app, string instanceId)
    {
        // The last stage completes the order a moment before its workflow has ended.
        var instance = await app.Client.WaitForEndAsync($"/runtime/webhooks/durabletask/instances/{instanceId}");
        Assert.Equal("OrderFulfillmentOrchestrator", instance.Text("name"));
        return instance.At("input");
    }
}
