using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Jobs;

/// <summary>Reads a job's items in the order of their keys.</summary>
internal sealed class ItemRange(StorageTables tables)
{
    private const int MaxPage = 1_000;
    private const int MaxKey = 512;

    public static string Of(ItemState state) => $"{ItemRows.State} eq '{StableNames.Of(state)}'";

    /// <param name="from">The key of the last row that was seen, and how many rows the caller is likely to take.</param>
    /// <param name="condition">A further OData condition; null for all.</param>
    /// <param name="columns">Null for all.</param>
    /// <exception cref="FormatException">The key is none that was given out.</exception>
    public IAsyncEnumerable<TableEntity> ReadAsync(
        string jobId, (string? After, int Limit) from, string? condition, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        if (from.After is { } key && (key.Length > MaxKey || !key.StartsWith(ItemRows.Prefix, StringComparison.Ordinal)))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return AsyncEnumerable.Empty<TableEntity>();
        }

        var (after, end) = (from.After ?? ItemRows.Prefix, RowKeys.After(ItemRows.Prefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {end}");
        return tables.Jobs.QueryAsync<TableEntity>(
            condition is null ? filter : $"{filter} and {condition}",
            Math.Clamp(from.Limit, 1, MaxPage),
            columns is null ? null : ["PartitionKey", "RowKey", .. columns],
            cancellationToken);
    }

    public IAsyncEnumerable<TableEntity> ReadAllAsync(
        string jobId, string? condition, IReadOnlyList<string> columns, CancellationToken cancellationToken) =>
        ReadAsync(jobId, (null, MaxPage), condition, columns, cancellationToken);
}
