namespace Microsoft.DurableTask.Client;

public class PurgeResult
{
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    public int PurgedInstanceCount { get; }

    /// <summary>False if instances that match are left; null if that is not known.</summary>
    public bool? IsComplete { get; }
}
