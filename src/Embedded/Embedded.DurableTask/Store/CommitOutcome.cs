namespace Embedded.DurableTask.Store;

/// <summary>A definite answer to a commit. An exception instead means that it may or may not have been applied.</summary>
internal abstract record CommitOutcome
{
    internal sealed record Applied(BucketFence Fence) : CommitOutcome;

    /// <summary>Nothing was applied.</summary>
    /// <param name="Index">Whose fault it was, an index into the unit's list; null if the store cannot tell.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">The store's own words.</param>
    internal sealed record Refused(int? Index, RefusalReason Reason, string Message) : CommitOutcome;

    /// <summary>Another owner has taken the bucket. Nothing was applied and nothing ever will be.</summary>
    internal sealed record FenceLost : CommitOutcome;
}

internal enum RefusalReason
{
    AlreadyExists,
    NotFound,
    Invalid,
}
