using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>The table store's queries.</summary>
internal sealed class TableReads(TableClient table)
{
    private const int LargestPage = 1_000;

    private static readonly IEnumerable<OrchestrationRuntimeStatus> Unfinished =
        Enum.GetValues<OrchestrationRuntimeStatus>().Where(static status => !InstanceHead.IsEnded(status));

    public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    public async Task<IReadOnlyList<TableEntity>> RangeAsync(string partition, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        return await AllAsync(filter, cancellationToken);
    }

    /// <summary>One query over all buckets: most rows of the table are heads, so it reads little that a query of each would not.</summary>
    public async Task<UnfinishedWork> UnfinishedAsync(CancellationToken cancellationToken)
    {
        string[] ranges = [Range(StoreKeys.HeadPrefix) + $" and ({StatusIn(Unfinished)})", Range(StoreKeys.MessagePrefix), Range(StoreKeys.OutboxPrefix)];
        var rows = (await AllAsync(string.Join(" or ", ranges.Select(static range => $"({range})")), cancellationToken))
            .OrderBy(static row => row.RowKey, StringComparer.Ordinal)
            .ToLookup(static row => row.RowKey[..StoreKeys.HeadPrefix.Length]);
        return new UnfinishedWork(
            [.. rows[StoreKeys.HeadPrefix].Select(HeadRow.Read)],
            [.. rows[StoreKeys.MessagePrefix].Select(TableRows.ReadMessage)],
            [.. rows[StoreKeys.OutboxPrefix].Select(TableRows.ReadOutbox)]);
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
            ? $"{filter} and ({StatusIn(statuses)})" : filter;
    }

    private static string Range(string prefix) =>
        TableClient.CreateQueryFilter($"RowKey ge {prefix} and RowKey lt {StoreKeys.After(prefix)}");

    private static string StatusIn(IEnumerable<OrchestrationRuntimeStatus> statuses) =>
        string.Join(" or ", statuses.Select(static status => $"{HeadRow.Status} eq '{status}'"));

    private async Task<IReadOnlyList<TableEntity>> AllAsync(string filter, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }
}
