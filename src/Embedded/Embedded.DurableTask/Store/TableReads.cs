using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>The table store's queries.</summary>
internal sealed class TableReads(TableClient table)
{
    private const int LargestPage = 1_000;

    public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    public async Task<IReadOnlyList<TableEntity>> RangeAsync(int bucket, string prefix, CancellationToken cancellationToken) =>
        await RangeAsync(StoreKeys.Partition(bucket), prefix, StoreKeys.After(prefix), cancellationToken);

    public async Task<IReadOnlyList<TableEntity>> RangeAsync(string partition, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>A page from each bucket, merged by row key. One row more than asked for tells whether there is another page.</summary>
    public async Task<HeadPage> ListHeadsAsync(HeadQuery query, IEnumerable<int> buckets, CancellationToken cancellationToken)
    {
        var pages = await Task.WhenAll(buckets.Select(bucket => HeadsOfAsync(query, bucket, cancellationToken)));
        var found = pages.SelectMany(static page => page)
            .OrderBy(static row => row.RowKey, StringComparer.Ordinal)
            .Take(query.PageSize + 1)
            .ToList();
        var heads = found.Take(query.PageSize).Select(HeadRow.Read).ToList();
        return new HeadPage(heads, found.Count > heads.Count ? heads[^1].InstanceId : null);
    }

    private async Task<List<TableEntity>> HeadsOfAsync(HeadQuery query, int bucket, CancellationToken cancellationToken)
    {
        var rows = table.QueryAsync<TableEntity>(
            Filter(query, bucket),
            Math.Min(query.PageSize + 1, LargestPage),
            query.WithPayloads ? null : HeadRow.WithoutPayloads,
            cancellationToken);
        var found = new List<TableEntity>();
        await foreach (var row in rows)
        {
            found.Add(row);
            if (found.Count > query.PageSize)
            {
                break;
            }
        }

        return found;
    }

    private static string Filter(HeadQuery query, int bucket)
    {
        var prefix = StoreKeys.HeadPrefix + StoreKeys.Escape(query.InstanceIdPrefix ?? "");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {StoreKeys.Partition(bucket)} and RowKey ge {prefix} and RowKey lt {StoreKeys.After(prefix)}");
        if (query.After is { } after)
        {
            filter += TableClient.CreateQueryFilter($" and RowKey gt {StoreKeys.Head(after)}");
        }

        if (query.CreatedFrom is { } from)
        {
            filter += $" and {HeadRow.Created} ge {TableClient.CreateQueryFilter($"{from}")}";
        }

        if (query.CreatedTo is { } to)
        {
            filter += $" and {HeadRow.Created} le {TableClient.CreateQueryFilter($"{to}")}";
        }

        return query.Statuses is { Count: > 0 } statuses
            ? $"{filter} and ({string.Join(" or ", statuses.Select(static status => $"{HeadRow.Status} eq '{status}'"))})"
            : filter;
    }
}
