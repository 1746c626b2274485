namespace Reprocessing.Storage.Rows;

/// <summary>A range of one partition's keys.</summary>
/// <param name="Prefix">What every key begins with. What follows it is the row's position, which orders the rows of several partitions.</param>
/// <param name="Condition">A further OData condition on the rows; null for all.</param>
internal sealed record KeyRange(string Partition, string Prefix, string? After = null, string? Before = null, string? Condition = null)
{
    /// <summary>The first position that belongs to it, whatever <see cref="After"/> says; null from the first key with the prefix.</summary>
    public string? From { get; init; }

    public string Filter
    {
        get
        {
            var (after, from) = (Prefix + After, Prefix + From);
            var filter = After is not null && string.CompareOrdinal(after, from) >= 0
                ? TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {after}")
                : TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {from}");
            var end = Before is not null ? Prefix + Before : Prefix.Length > 0 ? RowKeys.After(Prefix) : null;
            filter = end is null ? filter : $"{filter} and {TableClient.CreateQueryFilter($"RowKey lt {end}")}";
            return Condition is null ? filter : $"{filter} and {Condition}";
        }
    }

    public string PositionOf(TableEntity row) => row.RowKey[Prefix.Length..];
}

internal static partial class TableReads
{
    private const int MaxPage = 1_000;

    private const int RowsAKey = 5;

    private const int ReadsAtOnce = 16;

    // Each attempt loses against an edit that was stored, and a record sees few at a time.
    private const int MaxEditAttempts = 12;

    public static async Task<TableEntity?> FindAsync(
        this TableClient table, string partition, string rowKey, CancellationToken cancellationToken, IEnumerable<string>? columns = null)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, columns, cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    /// <returns>False when there is such a row already: another's, or this call's own whose response was lost.</returns>
    public static async Task<bool> TryAddAsync(this TableClient table, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(row, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Reads a record, edits it and replaces its row under the ETag; again on what is stored then when somebody was quicker or the answer was lost.</summary>
    public static async Task<T?> EditAsync<T>(
        this TableClient table, Func<Task<TableEntity?>> find, Func<T, T?> edit, Func<T, TableEntity> write, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; await find() is { } row; attempt++)
        {
            var stored = StorageJson.Read<T>(row);
            if (edit(stored) is not { } edited)
            {
                return stored;
            }

            try
            {
                await table.UpdateEntityAsync(write(edited), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 412 && attempt < MaxEditAttempts)
            {
                // The row tells which it was.
            }
        }

        return null;
    }

    /// <summary>Rows of one partition by their keys, which are mostly neighbours: one range is read first, and those beyond it one by one.</summary>
    public static async Task<Dictionary<string, TableEntity>> FindAsync(
        this TableClient table, string partition, IEnumerable<string> rowKeys, CancellationToken cancellationToken)
    {
        var missing = rowKeys.ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, TableEntity>(missing.Count, StringComparer.Ordinal);
        if (missing.Count > 1)
        {
            var (first, last) = (missing.Min(StringComparer.Ordinal)!, missing.Max(StringComparer.Ordinal)!);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey le {last}");
            var page = Math.Min(missing.Count * RowsAKey, MaxPage);
            var rows = await table.QueryAsync<TableEntity>(filter, page, cancellationToken: cancellationToken).Take(page).ToListAsync(cancellationToken);
            foreach (var row in rows.Where(row => missing.Contains(row.RowKey)))
            {
                found.Add(row.RowKey, row);
            }

            // What was passed is known not to be there.
            var reached = rows.Count < page ? last : rows[^1].RowKey;
            missing.RemoveWhere(key => string.CompareOrdinal(key, reached) <= 0);
        }

        var others = await missing.ToList().SelectParallelAsync(ReadsAtOnce, (key, token) => table.FindAsync(partition, key, token), cancellationToken);
        foreach (var row in others.OfType<TableEntity>())
        {
            found.Add(row.RowKey, row);
        }

        return found;
    }

    public static AsyncPageable<TableEntity> ReadAsync(
        this TableClient table, KeyRange range, CancellationToken cancellationToken, int pageSize = MaxPage, IEnumerable<string>? columns = null) =>
        table.QueryAsync<TableEntity>(range.Filter, Math.Clamp(pageSize, 1, MaxPage), columns, cancellationToken);

    /// <summary>Merges ranges by position. Each is read page by page and only as far as the sequence is; the first pages side by side.</summary>
    public static async IAsyncEnumerable<(TableEntity Row, string Position)> MergeAsync(
        this TableClient table,
        IReadOnlyList<KeyRange> ranges,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        IEnumerable<string>? columns = null)
    {
        List<(KeyRange Range, IAsyncEnumerator<TableEntity> Rows)> sources =
            [.. ranges.Select(range => (range, table.ReadAsync(range, cancellationToken, pageSize, columns).GetAsyncEnumerator(cancellationToken)))];
        try
        {
            var heads = new PriorityQueue<(KeyRange Range, IAsyncEnumerator<TableEntity> Rows), string>(StringComparer.Ordinal);
            var found = await Task.WhenAll(sources.Select(source => source.Rows.MoveNextAsync().AsTask()));
            foreach (var (source, _) in sources.Zip(found).Where(pair => pair.Second))
            {
                heads.Enqueue(source, source.Range.PositionOf(source.Rows.Current));
            }

            while (heads.TryDequeue(out var source, out var position))
            {
                yield return (source.Rows.Current, position);
                if (await source.Rows.MoveNextAsync())
                {
                    heads.Enqueue(source, source.Range.PositionOf(source.Rows.Current));
                }
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                await source.Rows.DisposeAsync();
            }
        }
    }

    /// <summary>What the rows hold, without those that nobody can read.</summary>
    public static IAsyncEnumerable<(T Item, string Position)> ReadableAsync<T>(
        this IAsyncEnumerable<(TableEntity Row, string Position)> rows, Func<TableEntity, T> read, ILogger logger)
        where T : class =>
        from found in rows
        let item = StorageJson.TryRead(found.Row, read, logger)
        where item is not null
        select (item, found.Position);

    /// <summary>Reads what rows hold, several items each. An item's position is that of its row, and its place there.</summary>
    public static async IAsyncEnumerable<(T Item, string Position)> ReadWithinAsync<T>(
        this TableClient table,
        KeyRange range,
        Func<TableEntity, CancellationToken, Task<List<T>>> read,
        string? token,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, seen) = ParsePlace(token);
        await foreach (var row in table.ReadAsync(range with { From = from }, cancellationToken, pageSize))
        {
            var position = range.PositionOf(row);
            foreach (var (index, item) in (await read(row, cancellationToken)).Index().Skip(position == from ? seen + 1 : 0))
            {
                yield return (item, string.Create(CultureInfo.InvariantCulture, $"{position}|{index}"));
            }
        }
    }

    /// <summary>What to read of each partition for a page of so many: a hash spreads them evenly, and half as much again saves a second look almost always.</summary>
    public static int PageSize(int limit, int partitions) => (limit * 3 / 2 / partitions) + 5;

    public static Task<Page<T>> PageAsync<T>(this IEnumerable<T> items, Func<T, string> positionOf, int limit, string? token) => items
        .Select(item => (Item: item, Position: positionOf(item)))
        .Where(one => string.CompareOrdinal(one.Position, token) > 0)
        .OrderBy(one => one.Position, StringComparer.Ordinal)
        .ToAsyncEnumerable()
        .PageAsync(limit);

    public static async Task<Page<T>> PageAsync<T>(this IAsyncEnumerable<(T Item, string Position)> items, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        List<T> page = [];
        string? last = null;
        await foreach (var (item, position) in items)
        {
            if (page.Count == limit)
            {
                return new(page, last);
            }

            page.Add(item);
            last = position;
        }

        return new(page, null);
    }

    /// <summary>A position that leads with a time. It serves all partitions, and nothing before it is given again.</summary>
    public static string? ParseTimePosition(string? token) => Checked(token, token is null || TimePosition().IsMatch(token));

    /// <exception cref="FormatException">The token is none that was given out.</exception>
    public static string? Checked(string? token, bool isGivenOut) =>
        isGivenOut ? token : throw new FormatException("The cursor is none that was given out for this query.");

    /// <returns>No row and -1 for the first page.</returns>
    public static (string? Row, int Index) ParsePlace(string? token) => token is null ? (null, -1)
        : Place().Match(token) is { Success: true } place
            ? (place.Groups["row"].Value, int.Parse(place.Groups["index"].ValueSpan, CultureInfo.InvariantCulture))
            : throw new FormatException("The cursor is none that was given out.");

    [GeneratedRegex("^(?<row>[0-9|]+)\\|(?<index>[0-9]{1,9})$", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex TimePosition();
}
