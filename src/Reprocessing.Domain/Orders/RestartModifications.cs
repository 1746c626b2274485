namespace Reprocessing.Domain.Orders;

/// <summary>What a retried workflow does otherwise than the settings say. Its input is never altered.</summary>
/// <param name="StageTimeout">Of one call of one stage.</param>
/// <param name="From">Where it begins.</param>
public sealed record RestartModifications(TimeSpan? StageTimeout = null, RestartPoint? From = null)
{
    public static readonly TimeSpan ShortestStageTimeout = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestStageTimeout = TimeSpan.FromHours(1);
}
