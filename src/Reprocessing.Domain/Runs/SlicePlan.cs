namespace Reprocessing.Domain.Runs;

/// <summary>The size of the next slice, and whether another follows.</summary>
public static class SlicePlan
{
    /// <summary>Bounds the history between two continuations.</summary>
    public const int MaxSlice = 1_000;

    public static int Size(int cap, int foundSoFar, int maxSlice = MaxSlice) => Math.Clamp(cap - foundSoFar, 0, maxSlice);

    /// <summary>A slice that was not full has drained the queue; after a full one the run asks again, unless the cap is reached.</summary>
    /// <param name="size">What the slice asked for.</param>
    /// <param name="foundInAll">Including this slice.</param>
    public static SliceEnd End(int size, int foundInSlice, int foundInAll, int cap)
    {
        if (foundInAll >= cap)
        {
            return new SliceEnd.Stop(StopReason.CapReached);
        }

        return foundInSlice >= size ? new SliceEnd.Continue() : new SliceEnd.Stop(StopReason.Drained);
    }
}

public abstract record SliceEnd
{
    private SliceEnd()
    {
    }

    public sealed record Continue : SliceEnd;

    public sealed record Stop(StopReason Reason) : SliceEnd;
}
