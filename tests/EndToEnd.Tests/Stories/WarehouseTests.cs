using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

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
}
