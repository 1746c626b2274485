namespace Reprocessing.Storage.Jobs;

/// <summary>Idempotency keys of requests. A key belongs to one request for a day at least.</summary>
public interface IRequestKeys
{
    Task<BoundRequest?> FindAsync(string scope, string key, CancellationToken cancellationToken);

    /// <summary>Binds the key to a request and to the id of what it creates. Whoever comes second gets what the first has bound.</summary>
    /// <param name="scope">The route and the caller, so that two kinds of request, and two people, may use the same key.</param>
    Task<BoundRequest> BindAsync(string scope, string key, string requestHash, string resourceId, CancellationToken cancellationToken);
}

public sealed record BoundRequest(string RequestHash, string ResourceId);

/// <summary>A key's row is found by a hash, so that a key may hold any letter; the first two digits spread the rows.</summary>
internal sealed class RequestKeys(StorageTables tables, TimeProvider time) : IRequestKeys
{
    private const string RequestHash = "RequestHash";
    private const string ResourceId = "ResourceId";
    private const string BoundAt = "BoundAt";
    private const string PartitionPrefix = "keys-";

    public static string BoundBefore(DateTimeOffset time) =>
        TableClient.CreateQueryFilter($"PartitionKey ge {PartitionPrefix} and PartitionKey lt {RowKeys.After(PartitionPrefix)} and BoundAt lt {time}");

    public async Task<BoundRequest?> FindAsync(string scope, string key, CancellationToken cancellationToken)
    {
        var (partition, rowKey) = KeyOf(scope, key);
        return await tables.Jobs.FindAsync(partition, rowKey, cancellationToken) is { } row ? Read(row) : null;
    }

    public async Task<BoundRequest> BindAsync(
        string scope, string key, string requestHash, string resourceId, CancellationToken cancellationToken)
    {
        var (partition, rowKey) = KeyOf(scope, key);
        var row = new TableEntity(partition, rowKey)
        {
            ["Scope"] = scope,
            [RequestHash] = requestHash,
            [ResourceId] = resourceId,
            [BoundAt] = time.GetUtcNow(),
        };
        return await tables.Jobs.TryAddAsync(row, cancellationToken)
            ? new(requestHash, resourceId)
            : Read(await tables.Jobs.GetEntityAsync<TableEntity>(partition, rowKey, cancellationToken: cancellationToken));
    }

    private static (string Partition, string RowKey) KeyOf(string scope, string key)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{key}")));
        return ($"{PartitionPrefix}{hash[..2]}", hash);
    }

    private static BoundRequest Read(TableEntity row) => new(row.Required(RequestHash), row.Required(ResourceId));
}
