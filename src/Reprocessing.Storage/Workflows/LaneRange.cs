using Azure.Data.Tables;

namespace Reprocessing.Storage.Workflows;

/// <summary>A part of one lane of one partition.</summary>
/// <param name="Prefix">What its keys begin with; what follows is a row's position, and orders the rows of several ranges.</param>
/// <param name="From">The first position that belongs to it; null from the beginning.</param>
/// <param name="To">The last one; null to the end.</param>
internal sealed record LaneRange(string Partition, string Prefix, string? From = null, string? To = null)
{
    /// <param name="after">The position after which to begin; null for all.</param>
    /// <param name="condition">A further condition on the rows; null for none.</param>
    public string Filter(string? after, string? condition)
    {
        var low = Prefix + From;

        // Every position is below this: the bar is the highest letter that keys end a part with.
        var high = To is null ? Prefix[..^1] + '}' : Prefix + To;
        var range = after is not null && string.CompareOrdinal(after, From ?? string.Empty) >= 0
            ? TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {Prefix + after} and RowKey le {high}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {low} and RowKey le {high}");
        return condition is null ? range : $"{range} and {condition}";
    }

    public string PositionOf(TableEntity row) => row.RowKey[Prefix.Length..];
}
