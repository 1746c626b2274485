using System.Globalization;
using Azure.Data.Tables;

namespace Benchmarks.Baselines;

/// <summary>A row an order, which says what became of it last.</summary>
internal sealed class OrderTable(TableClient table)
{
    private const string Partition = "orders";
    private const int RowsPerTransaction = 100;

    public async Task AddFailedAsync(string prefix, int count, CancellationToken cancellationToken)
    {
        await table.CreateIfNotExistsAsync(cancellationToken);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(RowsPerTransaction))
        {
            var adds = numbers.Select(number => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity(Partition, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D6}"))
                {
                    ["Status"] = "picking_failed",
                    ["RetryCount"] = 0,
                    ["Input"] = """{"customerId":"customer-1","items":[{"sku":"SKU-1","quantity":2,"weight":0.5}],"shipping":{"city":"Seattle","state":"WA"}}""",
                }));
            await table.SubmitTransactionAsync(adds, cancellationToken);
        }
    }

    public async Task<List<string>> FindFailedAsync(IEnumerable<string> statuses, int limit, CancellationToken cancellationToken)
    {
        var anyStatus = string.Join(" or ", statuses.Select(status => TableClient.CreateQueryFilter($"Status eq {status}")));
        var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {Partition}")} and ({anyStatus})";
        List<string> orderIds = [];
        await foreach (var page in table.QueryAsync<TableEntity>(filter, 1_000, ["RowKey"], cancellationToken).AsPages())
        {
            orderIds.AddRange(page.Values.Take(limit - orderIds.Count).Select(row => row.RowKey));
            if (orderIds.Count == limit)
            {
                break;
            }
        }

        return orderIds;
    }

    public async Task<TableEntity> GetAsync(string orderId, CancellationToken cancellationToken) =>
        await table.GetEntityAsync<TableEntity>(Partition, orderId, cancellationToken: cancellationToken);

    public Task UpdateAsync(TableEntity order, CancellationToken cancellationToken) =>
        table.UpdateEntityAsync(order, order.ETag, TableUpdateMode.Merge, cancellationToken);

    public Task SetStatusAsync(string orderId, string status, CancellationToken cancellationToken) =>
        table.UpsertEntityAsync(new TableEntity(Partition, orderId) { ["Status"] = status }, TableUpdateMode.Merge, cancellationToken);
}
