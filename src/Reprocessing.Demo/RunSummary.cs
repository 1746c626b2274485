namespace Reprocessing.Demo;

/// <summary>A run as the app lists it.</summary>
internal sealed record RunSummary(
    string RunId,
    DateTimeOffset ProcessedAt,
    DateTimeOffset? CompletedAt,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    int ContinuationCount)
{
    public double OrdersPerSecond =>
        CompletedAt is { } end && end > ProcessedAt ? FoundCount / (end - ProcessedAt).TotalSeconds : 0;
}
