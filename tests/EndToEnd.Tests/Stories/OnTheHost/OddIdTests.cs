using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>The engine in memory does not tell ids apart that differ by their case alone; the real one does.</summary>
public sealed class OddIdTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly string[] Ids = ["A", "a", "A-g1", "a-g1", "ünïcödé-訂單", "a%20b", "a|b"];

    [Fact]
    public async Task Orders_whose_ids_differ_by_case_alone_fail_are_restarted_and_complete()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(("WarehouseSimulatedPickFailureRate", "1"), ("ReprocessingMaxRetries", "1")));
        await app.StartAsync();
        foreach (var id in Ids)
        {
            (await app.Client.PostAsync("/api/orders", SampleOrders.Small(id))).Expect(HttpStatusCode.Created);
        }

        await store.WaitUntilAllAsync("picking_failed");
        Assert.Equal(Ids.Length, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("picking_failed");
        Assert.Equal(Ids.Length, (await app.Client.RunAsync()).At("output").Number("dlqCount"));

        // The platform reads a percent sign in the path of its management API twice: such an id works and cannot be looked at there.
        List<string> unseen = [];
        foreach (var workflowId in (await store.ReadAllOrdersAsync()).SelectMany(order => order.Attempts).Select(attempt => attempt.WorkflowId).Where(id => !id.Contains('%', StringComparison.Ordinal)))
        {
            var instance = await app.Client.GetInstanceAsync(workflowId);
            if (instance.Status != HttpStatusCode.OK || instance.Json.Text("instanceId") != workflowId)
            {
                unseen.Add($"{workflowId} is {instance.Status} {instance.Text}");
            }
        }

        Assert.Empty(unseen);

        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }
}
