using Azure.Data.Tables;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using EndToEnd.Tests.Orders;
using Microsoft.DurableTask;

namespace EndToEnd.Tests.Invariants;

/// <summary>
/// Every instance of a hub with its recorded history, read in one pass over the hub's table: the store itself reads a history
/// row by row, which is right for one of them and slow for thousands.
/// </summary>
internal sealed class InstanceHistories(ITaskExecutor executor, DataConverter converter)
{
    public async Task<IReadOnlyList<RecordedInstance>> ReadAsync(OrdersOnStorage store)
    {
        List<InstanceHead> heads = [];
        List<TableEntity> history = [];
        await foreach (var row in store.Service.GetTableClient($"{store.HubName}State").QueryAsync<TableEntity>())
        {
            if (row.RowKey.StartsWith(StoreKeys.HeadPrefix, StringComparison.Ordinal))
            {
                heads.Add(HeadRow.Read(row));
            }
            else if (row.RowKey.StartsWith("h|", StringComparison.Ordinal))
            {
                history.Add(row);
            }
        }

        var executions = history.ToLookup(row => row.RowKey[..row.RowKey.LastIndexOf('|')], StringComparer.Ordinal);
        return [.. heads.Select(head => new RecordedInstance(head, Turns(head, executions), executor, converter))];
    }

    private static IReadOnlyList<TurnRecord> Turns(InstanceHead head, ILookup<string, TableEntity> executions)
    {
        var first = StoreKeys.History(head.InstanceId, head.Generation, 0);
        var rows = executions[first[..first.LastIndexOf('|')]].OrderBy(row => row.RowKey, StringComparer.Ordinal);
        return HistoryText.Turns(rows.Select((row, number) => TableRows.ReadHistory(row, head.InstanceId, head.Generation, number)), head.Recent);
    }
}
