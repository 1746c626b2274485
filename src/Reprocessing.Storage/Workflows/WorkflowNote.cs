using Azure.Data.Tables;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Workflows;

/// <summary>
/// What a change of an order has told of its workflow, left in the order's shard by the change's own transaction; gone once the index
/// has it. One row a workflow: whatever happens to it before the index looks costs the index one look.
/// </summary>
internal sealed record WorkflowNote(IReadOnlyList<WorkflowRecord> Records)
{
    /// <summary>Null when the change tells nothing of workflows.</summary>
    public static TableEntity? Row(string partition, Order? before, Order after)
    {
        if (OrderWorkflows.Told(before, after) is not { Count: > 0 } records)
        {
            return null;
        }

        var row = new TableEntity(partition, RowKeys.WorkflowNote(records[0].InstanceId)) { ["OrderId"] = after.OrderId };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(new WorkflowNote(records)));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static WorkflowNote Read(TableEntity row) => StorageJson.Read<WorkflowNote>(TextColumns.Read(row, OrderRows.Data));
}
