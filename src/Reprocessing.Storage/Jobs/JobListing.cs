using System.Text.RegularExpressions;
using Azure.Data.Tables;

namespace Reprocessing.Storage.Jobs;

/// <summary>Heads in the order of their listing rows: newest first.</summary>
internal static partial class JobListing
{
    private const int SideBySide = 16;

    /// <summary>Rows that one page looks at: what is asked for may be rare among them, and the caller can ask for more.</summary>
    private const int MostRows = 1_000;

    /// <param name="lane">And a condition on its rows, if any.</param>
    /// <param name="read">The head, or null when the row points to none, or to none that is wanted.</param>
    /// <exception cref="FormatException">The token is none that was given out.</exception>
    public static async Task<Page<T>> ReadAsync<T>(
        TableClient table, (char Letter, string? Condition) lane, (int Limit, string? Token) page, Func<TableEntity, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page.Limit, 1);
        if (page.Token is not null && !Shape().IsMatch(page.Token))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        var (after, end) = ($"{lane.Letter}|{page.Token}", $"{lane.Letter}}}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobRows.List} and RowKey gt {after} and RowKey lt {end}");
        filter = lane.Condition is null ? filter : $"{filter} and {lane.Condition}";
        var (size, seen) = (Math.Min(page.Limit + 1, MostRows), 0);
        List<(T Head, string Position)> heads = [];
        await foreach (var rows in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken).AsPages(pageSizeHint: size))
        {
            foreach (var some in rows.Values.Chunk(SideBySide))
            {
                var found = await Task.WhenAll(some.Select(read));
                heads.AddRange(found.Zip(some).Where(pair => pair.First is not null).Select(pair => (pair.First!, pair.Second.RowKey[2..])));
                seen += some.Length;
                if (heads.Count > page.Limit)
                {
                    return new([.. heads.Take(page.Limit).Select(head => head.Head)], heads[page.Limit - 1].Position);
                }

                if (seen >= Math.Max(MostRows, page.Limit))
                {
                    return new([.. heads.Select(head => head.Head)], some[^1].RowKey[2..]);
                }
            }
        }

        return new([.. heads.Select(head => head.Head)], null);
    }

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}
