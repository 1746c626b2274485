using System.Diagnostics;
using Azure;
using Azure.Data.Tables;

namespace Benchmarks;

/// <summary>What the emulator gives to one client that does nothing but write: the yardstick for all other figures of the same run.</summary>
internal static class RawStorage
{
    private const int Partitions = 16;
    private const int RowsPerTransaction = 100;
    private const int OrdersPerTransaction = 33;

    // As large as an order's row in the benchmark's run.
    private static readonly string Text = new('x', 900);

    /// <summary>New rows a second, in transactions of 100.</summary>
    public static async Task<double> MeasureAddsAsync(string connectionString, int rows, CancellationToken cancellationToken)
    {
        var table = await CreateAsync(connectionString, cancellationToken);
        await AddAsync(table, rows / 10, "warm", cancellationToken);
        var watch = Stopwatch.StartNew();
        await AddAsync(table, rows, "row", cancellationToken);
        var perSecond = rows / watch.Elapsed.TotalSeconds;
        await table.DeleteAsync(cancellationToken);
        return perSecond;
    }

    /// <summary>
    /// Orders a second if nothing were done but the row operations that a restart needs: on as many orders as the run has, one
    /// row changed, one deleted and one added for each, and the head of its workflow added.
    /// </summary>
    public static async Task<double> MeasureRestartsAsync(string connectionString, int orders, CancellationToken cancellationToken)
    {
        var table = await CreateAsync(connectionString, cancellationToken);
        var heads = await CreateAsync(connectionString, cancellationToken);
        await AddAsync(table, orders, "order", cancellationToken);
        await AddAsync(table, orders, "due", cancellationToken);
        var watch = Stopwatch.StartNew();
        foreach (var partition in Enumerable.Range(0, orders).GroupBy(PartitionOf))
        {
            foreach (var chunk in partition.Chunk(OrdersPerTransaction))
            {
                await table.SubmitTransactionAsync(chunk.SelectMany(number => Restart(partition.Key, number)), cancellationToken);
            }
        }

        await AddAsync(heads, orders, "head", cancellationToken);
        var perSecond = orders / watch.Elapsed.TotalSeconds;
        await table.DeleteAsync(cancellationToken);
        await heads.DeleteAsync(cancellationToken);
        return perSecond;
    }

    private static async Task<TableClient> CreateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var table = new TableServiceClient(connectionString).GetTableClient("Raw" + Guid.NewGuid().ToString("N"));
        await table.CreateIfNotExistsAsync(cancellationToken);
        return table;
    }

    private static async Task AddAsync(TableClient table, int rows, string kind, CancellationToken cancellationToken)
    {
        foreach (var partition in Enumerable.Range(0, rows).GroupBy(PartitionOf))
        {
            foreach (var chunk in partition.Chunk(RowsPerTransaction))
            {
                await table.SubmitTransactionAsync(
                    chunk.Select(number => new TableTransactionAction(TableTransactionActionType.Add, Row(partition.Key, kind, number))),
                    cancellationToken);
            }
        }
    }

    private static TableTransactionAction[] Restart(string partition, int number) =>
    [
        new(TableTransactionActionType.UpdateMerge, Row(partition, "order", number), ETag.All),
        new(TableTransactionActionType.Delete, Row(partition, "due", number), ETag.All),
        new(TableTransactionActionType.Add, Row(partition, "start", number)),
    ];

    private static TableEntity Row(string partition, string kind, int number) =>
        new(partition, $"{kind}|{number:D8}") { ["Data"] = Text, ["Status"] = "picking_failed", ["Number"] = number };

    private static string PartitionOf(int number) => $"s{number % Partitions:D2}";
}
