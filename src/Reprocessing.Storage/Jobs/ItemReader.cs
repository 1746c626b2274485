namespace Reprocessing.Storage.Jobs;

/// <summary>
/// Reads some of a job's items. Items are selected, and so come back, in the order of their keys: one range mostly holds them all,
/// and those that it does not reach are read one by one.
/// </summary>
internal static class ItemReader
{
    private const int MaxPage = 1_000;
    private const int RowsAnItem = 5;
    private const int SideBySide = 16;

    /// <returns>By item id; without those that are not there.</returns>
    public static async Task<Dictionary<string, TableEntity>> ReadAsync(
        TableClient table, string partition, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var byKey = ids.ToDictionary(RowKeys.Item, id => id, StringComparer.Ordinal);
        var found = new Dictionary<string, TableEntity>(byKey.Count, StringComparer.Ordinal);
        var missing = new HashSet<string>(byKey.Keys, StringComparer.Ordinal);
        if (byKey.Count > 1)
        {
            await ReadRangeAsync(table, partition, byKey, (found, missing), cancellationToken);
        }

        foreach (var some in missing.Chunk(SideBySide))
        {
            var rows = await Task.WhenAll(some.Select(key =>
                table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellationToken)));
            foreach (var (key, row) in some.Zip(rows).Where(pair => pair.Second.HasValue))
            {
                found[byKey[key]] = row.Value!;
            }
        }

        return found;
    }

    private static async Task ReadRangeAsync(
        TableClient table,
        string partition,
        Dictionary<string, string> byKey,
        (Dictionary<string, TableEntity> Found, HashSet<string> Missing) rows,
        CancellationToken cancellationToken)
    {
        var (first, last) = (byKey.Keys.Min(StringComparer.Ordinal)!, byKey.Keys.Max(StringComparer.Ordinal)!);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey le {last}");
        var reached = string.Empty;
        var (read, pageSize) = (0, Math.Min(byKey.Count * RowsAnItem, MaxPage));
        await foreach (var row in table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken))
        {
            reached = row.RowKey;
            if (byKey.TryGetValue(row.RowKey, out var id))
            {
                rows.Found[id] = row;
                rows.Missing.Remove(row.RowKey);
            }

            if (++read == pageSize)
            {
                // The items lie far apart. What was passed is known not to be there.
                rows.Missing.RemoveWhere(key => string.CompareOrdinal(key, reached) <= 0);
                return;
            }
        }

        rows.Missing.Clear();
    }
}

/// <summary>Reads a job's items in the order of their keys.</summary>
internal sealed class ItemRange(StorageTables tables)
{
    private const int MaxPage = 1_000;
    private const int MaxKey = 512;

    public static string Of(ItemState state) => $"{ItemRows.State} eq '{EnumNames.Of(state)}'";

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
