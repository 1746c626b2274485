namespace Reprocessing.Storage.Results;

/// <summary>What the runs that started on a UTC day did.</summary>
/// <param name="SkippedTicks">By the reason's stable name.</param>
public sealed record DaySummary(
    DateOnly Day,
    int Runs,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    IReadOnlyDictionary<string, int> SkippedTicks);
