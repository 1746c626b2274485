using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>
/// No import loads the file: a process that imports 100,000 lines has never had much more memory than one that imports 10,000. Each process
/// lives from the upload to the end, so that what grows is seen.
/// </summary>
public sealed class ImportScaleTests(HostStorage storage, ITestOutputHelper output) : IClassFixture<HostStorage>
{
    private const double MostGrowth = 1.3;

    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Memory_for_importing_100000_lines_is_that_for_10000()
    {
        var small = await ImportAsync(10_000, kills: 0);
        var large = await ImportAsync(100_000, kills: 0);

        Assert.True(large <= small * MostGrowth, $"{large:F0} MiB for 100,000, {small:F0} MiB for 10,000");
    }

    [Fact]
    [Trait("Category", "Soak")]
    public Task An_import_of_100000_lines_that_is_killed_three_times_stores_every_good_order_once_and_lists_every_bad_line() =>
        ImportAsync(100_000, kills: 3);

    /// <returns>The most memory that the last life of the process has had, in MiB.</returns>
    private async Task<double> ImportAsync(int records, int kills)
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        var file = OrderFile.Of(records);
        var importId = (await app.Client.UploadAsync(file.Text)).Expect(HttpStatusCode.Accepted).Json.Text("importId")!;
        for (var kill = 1; kill <= kills; kill++)
        {
            var percent = 100.0 * kill / (kills + 1);
            await Eventually.TrueAsync(
                async () => (await app.Client.GetAsync($"/api/imports/{importId}")).Json.At("percent").GetDouble() >= percent, Long);
            await app.KillAsync();
            await app.StartAsync();
        }

        var import = await app.Client.WaitForImportAsync(importId, Long);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{records} lines, {kills} kills: {import.At("recordsPerSecond").GetDouble():F0} records/s, peak {app.PeakMegabytes:F0} MiB"));
        await CheckAsync(app, store, file, import);
        return app.PeakMegabytes;
    }

    private static async Task CheckAsync(AppProcess app, OrdersOnStorage store, OrderFile file, JsonElement import)
    {
        var (good, bad) = (file.GoodIds.Count, file.BadLines.Count);
        Assert.Equal((good + bad, good, 0, bad), import.Counts());
        Assert.True(import.At("recordsPerSecond").GetDouble() > 0);
        var rejected = await app.Client.RejectedAsync(import.Text("importId")!, pageSize: 1_000);
        Assert.Equal(file.BadLines, rejected.Select(record => record.At("line").GetInt64()));
        List<string> stored = [];
        await foreach (var row in store.Tables.Orders.QueryAsync<TableEntity>("RowKey ge 'o|' and RowKey lt 'o}'", select: ["OrderId"]))
        {
            stored.Add(row.GetString("OrderId")!);
        }

        Assert.Equal(file.GoodIds, stored.Order(StringComparer.Ordinal));
    }
}
