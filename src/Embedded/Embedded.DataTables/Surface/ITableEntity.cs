namespace Azure.Data.Tables;

/// <summary>What every row has: its two keys, and what the service keeps about it.</summary>
public interface ITableEntity
{
    string PartitionKey { get; set; }

    string RowKey { get; set; }

    /// <summary>Set by the service on every write; never sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    ETag ETag { get; set; }
}
