using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class KilledImportTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan LongJob = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task An_import_survives_kills_of_host_and_worker_and_stores_every_good_order_once()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(("ImportPageRecords", "60"), ("ImportParallelism", "2")));
        var file = OrderFile.Of(2_000);
        await app.StartAsync();
        var importId = (await app.Client.UploadAsync(file.Text)).Expect(HttpStatusCode.Accepted).Json.Text("importId")!;

        await store.WaitUntilAsync(statuses => statuses.Values.Sum() > 400, LongJob);
        await app.KillWorkerAsync();
        await app.WaitUntilReadyAsync();
        await store.WaitUntilAsync(statuses => statuses.Values.Sum() > 900, LongJob);
        await app.KillAsync();
        await app.StartAsync();
        var import = await app.Client.WaitForImportAsync(importId, LongJob);

        Assert.Equal("completed_with_rejects", import.Text("state"));
        Assert.Equal((2_000, 1_980, 0, 20), import.Counts());
        Assert.Equal(file.BadLines, (await app.Client.RejectedAsync(importId)).Select(record => record.At("line").GetInt64()));
        Assert.Equal(1_980, (await store.CountStatusesAsync()).GetValueOrDefault("pending"));
        var last = await store.ReadOrderAsync(file.GoodIds[^1]);
        Assert.Equal((OrderPhase.Pending, 1), (last.Phase, last.EventCount));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }
}
