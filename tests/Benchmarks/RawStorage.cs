using System.Diagnostics;
using Azure.Data.Tables;

namespace Benchmarks;

/// <summary>What the emulator gives to one client that does nothing but write: the yardstick for all other figures of the same run.</summary>
internal static class RawStorage
{
    private const int RowsPerTransaction = 100;

    /// <summary>Rows a second of 100-row transactions, spread over as many partitions as the app's orders are.</summary>
    public static async Task<double> MeasureAsync(string connectionString, int rows, CancellationToken cancellationToken)
    {
        var table = new TableServiceClient(connectionString).GetTableClient("Raw" + Guid.NewGuid().ToString("N"));
        await table.CreateIfNotExistsAsync(cancellationToken);
        await WriteAsync(table, rows / 10, "warm", cancellationToken);
        var watch = Stopwatch.StartNew();
        await WriteAsync(table, rows, "s", cancellationToken);
        var perSecond = rows / watch.Elapsed.TotalSeconds;
        await table.DeleteAsync(cancellationToken);
        return perSecond;
    }

    private static async Task WriteAsync(TableClient table, int rows, string prefix, CancellationToken cancellationToken)
    {
        var text = new string('x', 400);
        for (var start = 0; start < rows; start += RowsPerTransaction)
        {
            var partition = $"{prefix}{start / RowsPerTransaction % 16:D2}";
            var actions = Enumerable.Range(start, Math.Min(RowsPerTransaction, rows - start))
                .Select(row => new TableTransactionAction(
                    TableTransactionActionType.Add,
                    new TableEntity(partition, $"{row:D8}") { ["Text"] = text, ["Count"] = row, ["Status"] = "picking_failed" }));
            await table.SubmitTransactionAsync(actions, cancellationToken);
        }
    }
}
