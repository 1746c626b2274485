using System.Text.RegularExpressions;
using Azure.Data.Tables;

namespace Reprocessing.Storage.Jobs;

/// <summary>Heads in the order of their listing rows: newest first.</summary>
internal static partial class JobListing
{
    private const int SideBySide = 16;

    /// <param name="read">The head, or null when the row points to none.</param>
    /// <exception cref="FormatException">The token is none that was given out.</exception>
    public static async Task<Page<T>> ReadAsync<T>(
        TableClient table, char lane, (int Limit, string? Token) page, Func<TableEntity, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page.Limit, 1);
        if (page.Token is not null && !Shape().IsMatch(page.Token))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        var (after, end) = ($"{lane}|{page.Token}", $"{lane}}}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobRows.List} and RowKey gt {after} and RowKey lt {end}");
        var size = Math.Min(page.Limit + 1, 1_000);
        List<(T Head, string Position)> heads = [];
        await foreach (var rows in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken).AsPages(pageSizeHint: size))
        {
            foreach (var some in rows.Values.Chunk(SideBySide))
            {
                var found = await Task.WhenAll(some.Select(read));
                heads.AddRange(found.Zip(some).Where(pair => pair.First is not null).Select(pair => (pair.First!, pair.Second.RowKey[2..])));
            }

            if (heads.Count > page.Limit)
            {
                return new([.. heads.Take(page.Limit).Select(head => head.Head)], heads[page.Limit - 1].Position);
            }
        }

        return new([.. heads.Select(head => head.Head)], null);
    }

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}
