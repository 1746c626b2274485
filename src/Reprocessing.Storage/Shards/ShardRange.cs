using Azure.Data.Tables;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Shards;

/// <summary>A part of one lane of one shard, in the order of its keys.</summary>
/// <param name="After">What follows the lane in the last key already seen; null from the lane's beginning.</param>
/// <param name="Before">What follows the lane in the first key that is out of it; null to the lane's end.</param>
/// <param name="Condition">A further OData condition on the rows; null for all.</param>
internal sealed record ShardRange(string Partition, char Lane, string? After = null, string? Before = null, string? Condition = null)
{
    public string Filter
    {
        get
        {
            var prefix = $"{Lane}|";
            var (from, to) = (prefix + After, Before is null ? RowKeys.After(prefix) : prefix + Before);
            var range = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from} and RowKey lt {to}");
            return Condition is null ? range : $"{range} and {Condition}";
        }
    }

    /// <summary>What orders the rows of different shards and lanes: time, then id.</summary>
    public static string Position(TableEntity row) => row.RowKey[2..];
}
