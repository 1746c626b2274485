using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>The dashboard in a real browser. Its script is beside the dashboard, whose packages the build of the app has installed.</summary>
public sealed class DashboardTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private const string OddId = "odd-<img src=x onerror=window.owned=1>";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>What the warehouse says of each kind of order, until that is mended.</summary>
    private static readonly Dictionary<string, string> Troubles = new()
    {
        ["gate"] = "Scanner at gate 4 did not answer.",
        ["dock"] = """<img src=x onerror="window.owned = 1"> stands at dock 7""",
        ["belt"] = "Belt 2 stands still.",
        ["odd"] = "No such thing: <script>window.owned = 1</script>",
        ["late"] = "The lift is stuck.",
    };

    [Fact]
    public async Task An_incident_is_dealt_with_by_keyboard_by_mouse_on_a_small_screen_and_by_what_the_pages_copy()
    {
        var mended = new ConcurrentDictionary<string, bool>();
        await using var warehouse = await FakeWarehouse.StartAsync((path, _) => path.StartsWith("/mend/", StringComparison.Ordinal)
            ? mended.TryAdd(path["/mend/".Length..], true) ? 204 : 409
            : IsRefused(path) ? 409 : 204);
        warehouse.SayOf = path => IsRefused(path) ? JsonSerializer.Serialize(new { reason = Troubles[KindOf(path)] }) : null;
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(("WarehouseBaseUrl", warehouse.Address), ("ReprocessingMaxRetries", "0")));
        await app.StartAsync();

        string[] dead = [.. Numbered("gate", 8), .. Numbered("dock", 8), .. Numbered("belt", 6), OddId];
        await FailAsync(app, dead);
        Assert.Equal(dead.Length, (await app.Client.RunAsync()).At("output").Number("dlqCount"));
        await FailAsync(app, [.. Numbered("late", 2)]);

        await RunScriptAsync(app, warehouse);

        Assert.All(await store.ReadAllOrdersAsync(), order => Assert.Equal(
            order.OrderId.StartsWith("late-", StringComparison.Ordinal) ? "picking_failed" : order.OrderId == OddId ? "dead_letter" : "completed", order.Status));
        await app.StopAsync();

        bool IsRefused(string path) => path.EndsWith("/pick", StringComparison.Ordinal) && !mended.ContainsKey(KindOf(path));
    }

    private static IEnumerable<string> Numbered(string kind, int count) => Enumerable.Range(1, count).Select(number => $"{kind}-{number}");

    /// <summary>Of <c>/orders/gate-1/stages/pick</c>.</summary>
    private static string KindOf(string path) => path.Split('/')[2].Split('-')[0];

    private static async Task FailAsync(AppProcess app, IReadOnlyList<string> ids)
    {
        foreach (var orderId in ids)
        {
            var order = new
            {
                orderId,
                customerId = orderId == OddId ? "<b onclick=window.owned=1>customer" : "customer-1",
                items = new[] { new { sku = "SKU-1", quantity = 2, weight = 0.5 } },
                shipping = new { city = "<svg onload=window.owned=1>", state = "WA" },
            };
            (await app.Client.PostAsync("/api/orders", order)).Expect(HttpStatusCode.Created);
        }

        foreach (var orderId in ids)
        {
            await app.Client.WaitForOrderAsync(orderId, "picking_failed");
        }
    }

    private static async Task RunScriptAsync(AppProcess app, FakeWarehouse warehouse)
    {
        var folder = Path.Combine(AppFiles.Project, "..", "Reprocessing.Dashboard");
        var start = new ProcessStartInfo("node", ["--test", "--test-concurrency=1", "test/incident.story.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["APP"] = $"http://127.0.0.1:{app.Port}",
                ["WAREHOUSE"] = warehouse.Address,
                ["REPROCESS_DLL"] = typeof(Reprocessing.Cli.CommandLine).Assembly.Location,
            },
        };
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        using var limit = new CancellationTokenSource(Limit);
        var (output, error) = (node.StandardOutput.ReadToEndAsync(limit.Token), node.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await node.WaitForExitAsync(limit.Token);
        }
        finally
        {
            // The browser is the script's child and has to go with it.
            node.Kill(entireProcessTree: true);
        }

        Assert.True(node.ExitCode == 0, $"{await output}{await error}{app.Log}");
    }
}
