using Azure.Core;

namespace Embedded.DataTables.Protocol;

internal static class EntityAddress
{
    /// <summary>One row's address, after its table's. A quote in a key is doubled, then everything that a path may not carry is escaped.</summary>
    public static string Of(string tableAddress, string partitionKey, string rowKey)
        => $"{tableAddress}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));
}

/// <summary>Which statuses an operation expects. A status that is expected is neither thrown nor logged as an error.</summary>
internal static class Expected
{
    public static readonly ResponseClassifier Ok = new StatusCodeClassifier([200]);
    public static readonly ResponseClassifier OkOrMissing = new StatusCodeClassifier([200, 404]);
    public static readonly ResponseClassifier Created = new StatusCodeClassifier([201, 204]);
    public static readonly ResponseClassifier CreatedOrConflict = new StatusCodeClassifier([201, 204, 409]);
    public static readonly ResponseClassifier NoContent = new StatusCodeClassifier([204]);
    public static readonly ResponseClassifier NoContentOrMissing = new StatusCodeClassifier([204, 404]);
    public static readonly ResponseClassifier Accepted = new StatusCodeClassifier([202]);
}
