using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage;
using Reprocessing.Storage.Workflows;

namespace Benchmarks;

/// <summary>How long a page of each kind of query takes over an index of many workflows.</summary>
internal static class IndexBenchmark
{
    private const int Rounds = 5;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Queries =
    [
        null,
        "WorkflowType = 'OrderFulfillment'",
        "WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > now-30d",
        "ExecutionStatus IN (Pending, Running, Suspended)",
        "StartTime BETWEEN now-3d AND now-2d",
        "CloseTime > now-1d",
        "OrderStatus = picking_failed",
        "OrderStatus = completed",
        "CustomerId = 'C-00007'",
        "RetryCount = 3",
        "RetryCount >= 2 AND ExecutionStatus = Failed",
        "InstanceId = 'order-fulfillment-ORD-000042'",
        "InstanceId STARTS_WITH 'order-fulfillment-ORD-0000'",
    ];

    public static async Task RunAsync(string connectionString, int count, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new TableServiceClient(connectionString))
            .AddSingleton(new StorageOptions { TablePrefix = "Bench" + Guid.NewGuid().ToString("N")[..8] })
            .AddReprocessingStorage()
            .BuildServiceProvider();
        await services.GetRequiredService<StorageTables>().CreateAsync(cancellationToken);
        var index = services.GetRequiredService<IWorkflowIndex>();
        var recorded = 0;
        var watch = Stopwatch.StartNew();
        foreach (var some in Enumerable.Range(0, count).Select(Record).Chunk(5_000))
        {
            await index.RecordAsync(some, cancellationToken);
            Console.Error.WriteLine($"  {recorded += some.Length} recorded after {watch.Elapsed.TotalSeconds:F0} s");
        }

        Console.WriteLine($"{count} workflows, recorded in {watch.Elapsed.TotalSeconds:F0} s ({count / watch.Elapsed.TotalSeconds:F0} a second)");
        foreach (var query in Queries)
        {
            var filter = query is null ? null : FilterExpression.Parse(query, WorkflowFields.Catalog).Expression!.At(Now);
            List<double> times = [];
            var found = 0;
            for (var round = 0; round < Rounds; round++)
            {
                watch.Restart();
                found = (await index.QueryAsync(filter, 50, token: null, cancellationToken)).Items.Count;
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            Console.WriteLine($"  {times.Order().ElementAt(Rounds / 2),6:F0} ms (longest {times.Max(),6:F0})  {found,2} of {query ?? "(all)"}");
        }
    }

    /// <summary>As a warehouse's weeks may look: most have completed, one in ten failed, few run.</summary>
    private static WorkflowRecord Record(int number)
    {
        var (status, orderStatus) = (number % 100) switch
        {
            < 2 => (WorkflowStatus.Running, "in_progress"),
            < 3 => (WorkflowStatus.Pending, "pending_retry"),
            < 11 => (WorkflowStatus.Failed, "picking_failed"),
            < 12 => (WorkflowStatus.Failed, "dead_letter"),
            _ => (WorkflowStatus.Completed, "completed"),
        };
        var started = Now.AddSeconds(-number * 30L);
        var record = new WorkflowRecord(
            string.Create(CultureInfo.InvariantCulture, $"order-fulfillment-ORD-{number:D6}"), WorkflowTypes.OrderFulfillment, status, started)
        {
            OrderId = string.Create(CultureInfo.InvariantCulture, $"ORD-{number:D6}"),
            OrderStatus = orderStatus,
            CustomerId = string.Create(CultureInfo.InvariantCulture, $"C-{number % 5_000:D5}"),
            RetryCount = number % 7 == 0 ? (number % 4) + 1 : 0,
            Version = 1,
        };
        return record.HasEnded ? record with { CloseTime = started.AddMinutes(5) } : record;
    }
}
