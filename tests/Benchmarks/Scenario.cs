using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage;
using Reprocessing.Storage.Orders;

namespace Benchmarks;

/// <param name="App">The project of the app.</param>
/// <param name="Run">The orchestrator that restarts the orders, if there is one.</param>
/// <param name="Workflow">The orchestrator of which one instance an order is to complete.</param>
/// <param name="AddFailedAsync">Puts failed orders in.</param>
/// <param name="StartAsync">Starts the restart of so many orders.</param>
internal sealed record Scenario(
    string Name,
    string App,
    string? Run,
    string Workflow,
    Func<ScenarioContext, string, int, CancellationToken, Task> AddFailedAsync,
    Func<HttpClient, int, CancellationToken, Task> StartAsync)
{
    public const string Plain = "plain";
    public const string Floor = "floor";
    public const string Ours = "ours";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(Plain, "Benchmarks.Baselines", "PlainBatch", "PlainFulfillment",
            static (context, prefix, count, cancellationToken) => PostAsync(context.Client, $"/api/plain/orders?prefix={prefix}&count={count}", "", cancellationToken),
            static (client, count, cancellationToken) => PostAsync(client, $"/api/plain/runs?maxOrders={count}", "", cancellationToken)),
        new(Floor, "Benchmarks.Baselines", Run: null, "FloorWorkflow",
            static (_, _, _, _) => Task.CompletedTask,
            static (client, count, cancellationToken) => PostAsync(client, $"/api/floor?count={count}", "", cancellationToken)),
        new(Ours, "Reprocessing.Functions", "ReprocessingBatchOrchestrator", "OrderFulfillmentOrchestrator",
            AddOrdersAsync,
            static (client, count, cancellationToken) => PostAsync(client, "/api/reprocessing/runs", $$"""{"maxOrders":{{count}}}""", cancellationToken)),
    ];

    private static async Task PostAsync(HttpClient client, string path, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private static async Task AddOrdersAsync(ScenarioContext context, string prefix, int count, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(context.Tables)
            .AddSingleton(new StorageOptions { TablePrefix = context.TablePrefix })
            .AddReprocessingStorage()
            .BuildServiceProvider();
        var store = services.GetRequiredService<IOrderStore>();
        foreach (var numbers in Enumerable.Range(0, count).Chunk(2_000))
        {
            await store.CreateManyAsync([.. numbers.Select(number => FailedOrder($"{prefix}-{number:D6}"))], cancellationToken);
        }
    }

    private static NewOrder FailedOrder(string orderId)
    {
        var input = new OrderInput(orderId, "customer-1", [new OrderItem("SKU-1", 2, 0.5m), new OrderItem("SKU-2", 1, 1.25m)])
        {
            Shipping = new ShippingAddress("Seattle", "WA"),
        };
        var report = new FailureReport(
            orderId, FailureStatuses.PickingFailed, $"elsewhere-{orderId}", DateTimeOffset.UtcNow.AddHours(-1), "The shelf was empty.");
        return new NewOrder(input) { IsExternal = true, Failure = new ArrivedFailure(report, RetryStrategy.Immediate) };
    }
}

/// <param name="Tables">Its requests are not counted.</param>
internal sealed record ScenarioContext(HttpClient Client, TableServiceClient Tables, string TablePrefix);
