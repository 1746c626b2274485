using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Exports;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class KilledExportTests(HostStorage storage) : IClassFixture<HostStorage>
{
    [Fact]
    public async Task Exports_of_1600_orders_survive_kills_of_host_and_worker_and_hold_each_order_once()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(1_600);
        await using var app = new AppProcess(store.Settings(("ExportPageRecords", "40")));
        await app.StartAsync();
        string[] formats = ["jsonl", "csv"];
        List<string> exportIds = [];
        foreach (var format in formats)
        {
            exportIds.Add(await app.Client.StartExportAsync(format));
        }

        await WaitForPagesAsync(app.Client, exportIds[0], 8);
        await app.KillWorkerAsync();
        await app.WaitUntilReadyAsync();
        await WaitForPagesAsync(app.Client, exportIds[0], 18);
        await app.KillAsync();
        await app.StartAsync();

        foreach (var (exportId, format) in exportIds.Zip(formats))
        {
            var export = await app.Client.WaitForExportAsync(exportId, TimeSpan.FromMinutes(15));
            Assert.Equal("completed", export.Text("state"));
            Assert.Equal((1_600, 0), export.ExportCounts());
            Assert.Equal(40, export.Number("pages"));
            Assert.True(export.At("recordsPerSecond").GetDouble() > 0);
            var content = (await app.Client.ContentAsync(export)).Expect(HttpStatusCode.OK);
            Assert.Equal(export.At("lengthBytes").GetInt64(), content.Text.Length);
            Assert.Equal(store.SeededIds, OrderIds(content.Text, format).Order(StringComparer.Ordinal));
            Assert.Equal((await app.Client.GetAsync($"/api/exports/orders?format={format}")).Text, content.Text);
        }
    }

    private static Task WaitForPagesAsync(AppClient client, string exportId, int pages) => Eventually.TrueAsync(
        async () => (await client.GetAsync($"/api/exports/{exportId}")).Expect(HttpStatusCode.OK).Json.Number("pages") >= pages, TimeSpan.FromMinutes(15));

    private static IEnumerable<string> OrderIds(string text, string format)
    {
        var lines = text.TrimEnd().Split('\n');
        return format == "csv"
            ? lines.Skip(1).Select(line => line.Split(',')[0])
            : lines.Select(line => JsonDocument.Parse(line).RootElement.Text("orderId")!);
    }
}
