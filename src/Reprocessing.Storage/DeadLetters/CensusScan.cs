namespace Reprocessing.Storage.DeadLetters;

/// <summary>Reads all dead letters once, a page at a time in a few shards side by side: memory does not grow with the queue.</summary>
internal sealed class CensusScan(StorageTables tables, ILogger logger)
{
    private const int ShardsAtOnce = 4;
    private const int PageSize = 1_000;

    /// <summary>Whole entries are large.</summary>
    private const int OlderPageSize = 100;

    public async Task<CensusTally> RunAsync(CancellationToken cancellationToken)
    {
        var total = new CensusTally();
        var gate = new Lock();
        await Parallel.ForEachAsync(
            tables.Partitions,
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellationToken },
            async (partition, token) =>
            {
                var tally = await CountAsync(partition, token);
                lock (gate)
                {
                    total.Add(tally);
                }
            });
        return total;
    }

    private async Task<CensusTally> CountAsync(string partition, CancellationToken cancellationToken)
    {
        var tally = new CensusTally();
        var lane = new ShardRange(partition, RowKeys.DeadLetterLane);
        var pages = tables.Orders.QueryAsync<TableEntity>(lane.Filter, PageSize, CensusRow.Columns, cancellationToken).AsPages();
        await foreach (var page in pages)
        {
            List<string> older = [];
            foreach (var row in page.Values)
            {
                if (CensusRow.IsOlder(row))
                {
                    older.Add(row.RowKey);
                }
                else
                {
                    tally.Add(CensusRow.Of(row, entry: null));
                }
            }

            await AddOlderAsync(tally, partition, older, cancellationToken);
        }

        return tally;
    }

    /// <summary>
    /// Rows of the first schema lack columns. They are the oldest and so lie together: the range between the first and the last of a
    /// page is read whole, and newer ones in between are passed over.
    /// </summary>
    private async Task AddOlderAsync(CensusTally tally, string partition, List<string> rowKeys, CancellationToken cancellationToken)
    {
        if (rowKeys is not [var first, ..])
        {
            return;
        }

        var wanted = rowKeys.ToHashSet(StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey le {rowKeys[^1]}");
        await foreach (var row in tables.Orders.QueryAsync<TableEntity>(filter, OlderPageSize, cancellationToken: cancellationToken))
        {
            // One that was written anew meanwhile is the same entry, and its columns tell all.
            if (wanted.Contains(row.RowKey))
            {
                // What cannot be read is still there, and counted by the columns that it has.
                tally.Add(CensusRow.Of(row, CensusRow.IsOlder(row) ? DeadLetterRows.TryRead(row, logger) : null));
            }
        }
    }
}

/// <summary>What a count asks of an entry.</summary>
/// <param name="Resolution">Empty while it is open.</param>
internal sealed record CensusRow(string OrderId, string Fingerprint, ErrorType ErrorType, string Status, string Resolution)
{
    private const int TicksAt = 2;
    private const int TicksLength = 19;

    public required string Reason { get; init; }

    public required int Retries { get; init; }

    public required DateTimeOffset MovedAt { get; init; }

    public bool IsOpen => Resolution.Length == 0;

    /// <summary>All that is read of a row, which is little beside its history.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "RowKey",
        "OrderId",
        OrderRows.Status,
        DeadLetterRows.ErrorType,
        DeadLetterRows.Fingerprint,
        DeadLetterRows.Resolution,
        DeadLetterRows.Schema,
        DeadLetterRows.Retries,
        DeadLetterRows.Reason,
    ];

    /// <summary>Its columns do not tell all: the entry has to be read.</summary>
    public static bool IsOlder(TableEntity row) => row.GetInt32(DeadLetterRows.Schema) is null;

    /// <param name="entry">Of an older row; null where that cannot be read, and then its columns have to do.</param>
    public static CensusRow Of(TableEntity row, DeadLetterEntry? entry) => new(
        row.GetString("OrderId") ?? entry?.OrderId ?? string.Empty,
        row.GetString(DeadLetterRows.Fingerprint) ?? entry?.Fingerprint ?? string.Empty,
        EnumNames.TryParse<ErrorType>(row.GetString(DeadLetterRows.ErrorType), out var type) ? type : entry?.ErrorType ?? ErrorType.Unknown,
        row.GetString(OrderRows.Status) ?? entry?.FinalFailureStatus ?? "unknown",
        row.GetString(DeadLetterRows.Resolution) ?? (entry?.Resolution is { } resolution ? EnumNames.Of(resolution) : string.Empty))
    {
        Reason = row.GetString(DeadLetterRows.Reason) ?? entry?.FinalFailureReason ?? string.Empty,
        Retries = row.GetInt32(DeadLetterRows.Retries) ?? entry?.TotalRetryAttempts ?? 0,
        MovedAt = MovedAtOf(row.RowKey) ?? entry?.MovedToQueueAt ?? DateTimeOffset.UnixEpoch,
    };

    private static DateTimeOffset? MovedAtOf(string rowKey) =>
        rowKey.Length > TicksAt + TicksLength
        && long.TryParse(rowKey.AsSpan(TicksAt, TicksLength), NumberStyles.None, CultureInfo.InvariantCulture, out var inverted)
            ? new(DateTimeOffset.MaxValue.UtcTicks - inverted, TimeSpan.Zero)
            : null;
}
