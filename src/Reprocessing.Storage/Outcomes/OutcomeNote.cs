using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Outcomes;

/// <summary>Left in an order's shard by the change that ended an attempt, in its transaction; gone once it is folded.</summary>
/// <param name="WorkflowId">The workflow that ended.</param>
/// <param name="Version">The order's, so that of two notes of one order the later one is known.</param>
internal sealed record OutcomeNote(string OrderId, string? WorkflowId, int Version, IReadOnlyList<AttemptOutcome> Told)
{
    /// <summary>Null when the change ended nothing that a job or run has asked for.</summary>
    public static TableEntity? Row(string partition, Order? before, Order after)
    {
        if (AttemptOutcome.Of(before, after) is not { Count: > 0 } told)
        {
            return null;
        }

        var row = new TableEntity(partition, RowKeys.Note(after.UpdatedAt, after.OrderId, after.Version)) { ["OrderId"] = after.OrderId };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(new OutcomeNote(after.OrderId, after.WorkflowId, after.Version, told)));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static OutcomeNote Read(TableEntity row) => StorageJson.Read<OutcomeNote>(TextColumns.Read(row, OrderRows.Data));
}
