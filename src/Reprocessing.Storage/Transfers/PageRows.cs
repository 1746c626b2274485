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
    public static async Task<Page<T>> ListLeftOutAsync<T>(
        TableClient table,
        string id,
        string count,
        Func<TableEntity, CancellationToken, Task<List<T>>> read,
        int limit,
        string? token,
        CancellationToken cancellationToken)
    {
        var (page, index) = ParseToken(token);
        var before = Key(Math.Max(page - 1, 0))[Prefix.Length..];
        return await ListAsync(table.ReadAsync(new(id, Prefix, before, Condition: $"{count} gt 0"), cancellationToken, pageSize: 10))
            .PageAsync(limit);

        async IAsyncEnumerable<(T, string)> ListAsync(AsyncPageable<TableEntity> rows)
        {
            await foreach (var row in rows)
            {
                var number = NumberOf(row);
                foreach (var (at, record) in (await read(row, cancellationToken)).Index().Where(one => number > page || one.Index > index))
                {
                    yield return (record, string.Create(CultureInfo.InvariantCulture, $"{number}|{at}"));
                }
            }
        }
    }

    private static (int Page, int Index) ParseToken(string? token) => token is null ? (0, -1)
        : token.Split('|') is [var page, var index]
            && int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (number, at)
            : throw new FormatException("The cursor is none that was given out.");
}
