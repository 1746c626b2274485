namespace Reprocessing.Domain.Jobs;

/// <summary>How fast a job goes; may be changed while it runs.</summary>
/// <param name="Parallelism">
/// Chunks at work at once; where a job waits for outcomes, items under way at once.
/// </param>
/// <param name="ItemsPerSecond">Null is as fast as it goes.</param>
public sealed record Pace(int Parallelism = 5, double? ItemsPerSecond = null)
{
    public const int MaxParallelism = 100;
    public const double MinRate = 0.01;
    public const double MaxRate = 10_000;
}
