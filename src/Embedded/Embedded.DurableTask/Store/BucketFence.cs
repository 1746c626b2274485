namespace Embedded.DurableTask.Store;

/// <summary>
/// The state of a bucket's fence row, which every commit rewrites: whose commits the bucket takes, and how many it has taken from
/// that owner. The number tells after a lost answer whether the commit was applied.
/// </summary>
internal sealed record BucketFence(int Bucket, long Token, long Sequence, string Tag)
{
    /// <summary>Whether the owner's next commit after this state led to the given one.</summary>
    public bool IsFollowedBy(BucketFence later) => later.Token == Token && later.Sequence == Sequence + 1;
}
