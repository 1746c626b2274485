namespace Reprocessing.Storage.Transfers;

/// <summary>The rows of a transfer's pages, by their numbers.</summary>
internal static class PageRows
{
    public const string Prefix = "g|";

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D7}");

    public static int NumberOf(TableEntity row) => int.Parse(row.RowKey.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What the pages have left out, record by record, from wherever the caller is.</summary>
    /// <param name="count">The column that says how many a page has.</param>
    /// <param name="read">What a page has left out.</param>
    public static Task<Page<T>> ListLeftOutAsync<T>(
        TableClient table,
        string id,
        string count,
        Func<TableEntity, CancellationToken, Task<List<T>>> read,
        int limit,
        string? token,
        CancellationToken cancellationToken) =>
        table.ReadWithinAsync(new(id, Prefix, Condition: $"{count} gt 0"), read, token, pageSize: 10, cancellationToken).PageAsync(limit);
}
