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
        ["cart"] = "A cart has lost a wheel.",
        ["late"] = "The lift is stuck.",
    };

    /// <summary>A run that takes one order of two raises an alert, a plan of all dead letters needs an approval, an import and an export have several pages, and a lookup may wait.</summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("ReprocessingMaxRetries", "0"),
        ("AlertDeadLettersPerRun", "0"),
        ("AlertFullRunsInARow", "1"),
        ("ApprovalThreshold", "20"),
        ("WEBSITE_AUTH_ENABLED", "true"),
        ("ImportPageRecords", "2"),
        ("ImportParallelism", "1"),
        ("ImportEnrichmentTimeout", "00:01:00"),
        ("ImportHeartbeatTimeout", "00:05:00"),
        ("ExportPageRecords", "2"),
    ];

    [Fact]
    public async Task An_incident_is_dealt_with_by_what_the_pages_copy_by_keyboard_and_by_mouse_on_a_small_screen()
    {
        // Of a kind of order, or of a customer: done when it is mended.
        var mended = new ConcurrentDictionary<string, TaskCompletionSource>();
        TaskCompletionSource Mend(string what) => mended.GetOrAdd(what, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        bool IsRefused(string path) => path.EndsWith("/pick", StringComparison.Ordinal) && !Mend(KindOf(path)).Task.IsCompleted;
        await using var warehouse = await FakeWarehouse.StartAsync(async (path, _) =>
        {
            switch (path.Split('/'))
            {
                case [_, "mend", var what]:
                    return Mend(what).TrySetResult() ? 204 : 409;
                case [_, "customers", var customer]:
                    await Mend(customer).Task;
                    return 204;
                default:
                    return IsRefused(path) ? 409 : 204;
            }
        });
        warehouse.SayOf = path => IsRefused(path) ? JsonSerializer.Serialize(new { reason = Troubles[KindOf(path)] }) : null;
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings([.. Settings, ("WarehouseBaseUrl", warehouse.Address), ("ImportEnrichmentUrl", $"{warehouse.Address}/customers/{{customerId}}")]));
        await app.StartAsync();

        string[] dead = [.. Numbered("gate", 8), .. Numbered("dock", 8), .. Numbered("belt", 6), .. Numbered("cart", 4), OddId];
        await FailAsync(app, dead);
        Assert.Equal(dead.Length, (await app.Client.RunAsync()).At("output").Number("dlqCount"));
        await FailAsync(app, [.. Numbered("late", 7)]);

        await RunScriptAsync("test/copies.story.mjs", app, warehouse);
        await RunScriptAsync("test/incident.story.mjs", app, warehouse);

        string[] mendedKinds = ["gate", "dock", "belt"];
        Assert.All(
            (await store.ReadAllOrdersAsync()).Where(order => mendedKinds.Contains(order.OrderId.Split('-')[0])),
            order => Assert.Equal("completed", order.Status));
        Assert.Equal("dead_letter", (await store.ReadOrderAsync(OddId)).Status);
        await app.StopAsync();
    }

    /// <summary>Against fixtures: each page by axe and at two widths, and what stands in somebody's way.</summary>
    [Fact]
    public async Task Every_page_is_accessible_within_its_policy_and_says_what_is_wrong()
    {
        await RunAsync(["build.mjs"], () => string.Empty);
        string[] files = ["test/dashboard.test.mjs", "test/pages.test.mjs", "test/states.test.mjs"];
        await RunAsync(["--test", "--test-concurrency=2", "--test-timeout=300000", .. files], () => string.Empty);
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

    private static Task RunScriptAsync(string script, AppProcess app, FakeWarehouse warehouse) => RunAsync(
        ["--test", script],
        () => app.Log,
        ("APP", $"http://127.0.0.1:{app.Port}"),
        ("WAREHOUSE", warehouse.Address),
        ("REPROCESS_DLL", typeof(Reprocessing.Cli.CommandLine).Assembly.Location));

    private static async Task RunAsync(IEnumerable<string> arguments, Func<string> log, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Path.Combine(AppFiles.Project, "..", "Reprocessing.Dashboard"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(variables, variable => start.Environment[variable.Name] = variable.Value);
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

        Assert.True(node.ExitCode == 0, $"{await output}{await error}{log()}");
    }
}
