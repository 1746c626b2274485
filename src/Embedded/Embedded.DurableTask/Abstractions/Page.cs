namespace Microsoft.DurableTask;

/// <summary>One page of a result.</summary>
public sealed class Page<T>
{
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page begins; null after the last.</summary>
    public string? ContinuationToken { get; }
}
