namespace Reprocessing.Domain.Runs;

public static class SlicePlan
{
    /// <summary>Bounds the history between two continuations.</summary>
    public const int MaxSlice = 1_000;

    public static int Size(int cap, int foundSoFar, int maxSlice = MaxSlice) => Math.Clamp(cap - foundSoFar, 0, maxSlice);

    /// <summary>A slice that was not full has drained the queue; after a full one the run asks again, unless the cap is reached.</summary>
    /// <returns>Null when another slice follows.</returns>
    public static StopReason? End(int size, int foundInSlice, int foundInAll, int cap) =>
        foundInAll >= cap ? StopReason.CapReached
        : foundInSlice < size ? StopReason.Drained
        : null;
}
