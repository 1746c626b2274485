using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions;

namespace Benchmarks;

/// <summary>The whole app in this process: orders that have failed are put in, one run restarts them all.</summary>
internal static class RunBenchmark
{
    private const int WarmUpOrders = 300;

    public static async Task<RunFigures> MeasureAsync(string connectionString, int orders, CancellationToken cancellationToken)
    {
        using var host = Compose(connectionString);
        await host.StartAsync(cancellationToken);
        using var client = new HttpClient { BaseAddress = Address(host) };
        await SeedAsync(host.Services, "warm", WarmUpOrders, cancellationToken);
        await RunAsync(client, WarmUpOrders, cancellationToken);
        await SettleAsync(client, cancellationToken);
        await SeedAsync(host.Services, "order", orders, cancellationToken);

        using var requests = new StorageRequestCount(new Uri(TableEndpoint(connectionString)).Port);
        var run = await RunAsync(client, orders, cancellationToken);
        var calls = requests.Count;
        var restarted = run.GetProperty("restartedCount").GetInt32();
        if (restarted != orders)
        {
            throw new InvalidOperationException($"{restarted} of {orders} were restarted: {run}");
        }

        var seconds = (run.GetProperty("completedAt").GetDateTimeOffset() - run.GetProperty("processedAt").GetDateTimeOffset()).TotalSeconds;
        await host.StopAsync(cancellationToken);
        using var self = Process.GetCurrentProcess();
        return new(orders, seconds, (double)calls / orders, self.PeakWorkingSet64 / 1048576.0);
    }

    private static IHost Compose(string connectionString)
    {
        var name = "Bench" + Guid.NewGuid().ToString("N")[..12];
        var builder = EmbeddedHost.CreateBuilder(new EmbeddedHostOptions
        {
            FunctionsAssembly = typeof(AppComposition).Assembly,
            Settings = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                ["FUNCTIONS_HTTP_PORT"] = "0",
                ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = name + "Hub",
                ["OrdersTablePrefix"] = name,
                ["ReprocessingSchedule"] = "0 0 0 1 1 *",
                ["OutcomeSchedule"] = "0 0 0 1 1 *",
                ["DeadLetterCensusSchedule"] = "0 0 0 1 1 *",
                ["JobStartSchedule"] = "0 0 0 1 1 *",
                ["WorkflowCheckSchedule"] = "0 0 0 1 1 *",
                ["ReprocessingMaxOrders"] = "100000",
                ["AlertBacklog"] = "1000000",
            },
        });
        builder.AddReprocessing();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static Uri Address(IHost host) =>
        new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static string TableEndpoint(string connectionString) =>
        connectionString.Split(';').First(part => part.StartsWith("TableEndpoint=", StringComparison.Ordinal))["TableEndpoint=".Length..];

    private static async Task SeedAsync(IServiceProvider services, string prefix, int count, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IOrderStore>();
        foreach (var batch in Enumerable.Range(0, count).Chunk(2_000))
        {
            await store.CreateManyAsync([.. batch.Select(number => Failed($"{prefix}-{number:D6}"))], cancellationToken);
        }
    }

    /// <summary>Until the workflows that the warm-up started are done: they are not part of what is measured.</summary>
    private static async Task SettleAsync(HttpClient client, CancellationToken cancellationToken)
    {
        const string Unfinished = "/runtime/webhooks/durabletask/instances?runtimeStatus=Running,Pending&top=1";
        while ((await client.GetFromJsonAsync<JsonElement>(Unfinished, cancellationToken)).GetArrayLength() > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    private static NewOrder Failed(string orderId)
    {
        var input = new OrderInput(orderId, "customer-1", [new OrderItem("SKU-1", 2, 0.5m), new OrderItem("SKU-2", 1, 1.25m)])
        {
            Shipping = new ShippingAddress("Seattle", "WA"),
        };
        var report = new FailureReport(
            orderId, FailureStatuses.PickingFailed, $"elsewhere-{orderId}", DateTimeOffset.UtcNow.AddHours(-1), "The shelf was empty.");
        return new NewOrder(input) { IsRunElsewhere = true, Failure = new ArrivedFailure(report, RetryStrategy.Immediate) };
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, int maxOrders, CancellationToken cancellationToken)
    {
        using var started = await client.PostAsJsonAsync("/api/reprocessing/runs", new { maxOrders }, cancellationToken);
        started.EnsureSuccessStatusCode();
        while (true)
        {
            using var answer = await client.GetAsync(started.Headers.Location, cancellationToken);
            var status = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            switch (status.GetProperty("runtimeStatus").GetString())
            {
                case "Completed":
                    return status.GetProperty("output");
                case "Failed" or "Terminated":
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The run failed: {status}"));
                default:
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
                    break;
            }
        }
    }
}
