namespace Reprocessing.Storage.Jobs;

/// <summary>Idempotency keys of requests. A key belongs to one request for a day at least.</summary>
public interface IRequestKeys
{
    /// <summary>What the key is bound to; null when it is free.</summary>
    Task<BoundRequest?> FindAsync(string scope, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Binds the key to a request and to the id of what the request makes, chosen by the caller; whoever comes second is told what
    /// the first has bound, and goes on with that id.
    /// </summary>
    /// <param name="scope">The route, so that two kinds of request may use the same key.</param>
    /// <param name="requestHash">Of what was asked for.</param>
    Task<BoundRequest> BindAsync(string scope, string key, string requestHash, string resourceId, CancellationToken cancellationToken);
}

/// <param name="IsNew">
/// This call bound it; never so of one that was found, nor where the first answer to this call was lost on the way: nothing may
/// depend on it but words.
/// </param>
public sealed record BoundRequest(string RequestHash, string ResourceId, bool IsNew);
