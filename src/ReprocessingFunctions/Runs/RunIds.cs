namespace ReprocessingFunctions.Runs;

/// <summary>
/// Ids of runs and of their child orchestrations. A run is named by the moment at which its orchestration began, which is the
/// same in every replay; there is one batch at a time, so no two runs begin at the same one.
/// </summary>
internal static class RunIds
{
    private const string Format = "'run-'yyyyMMdd-HHmmss-fff";

    /// <summary>The id, and the start cut to the millisecond that the id tells: results are found by both.</summary>
    public static (string RunId, DateTimeOffset StartedAt) At(DateTime utcNow)
    {
        var startedAt = new DateTimeOffset(utcNow.Ticks - (utcNow.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return (startedAt.ToString(Format, CultureInfo.InvariantCulture), startedAt);
    }

    /// <summary>The start of a run, to the millisecond, as its id tells it.</summary>
    public static bool TryGetStart(string runId, out DateTimeOffset startedAt) => DateTimeOffset.TryParseExact(
        runId, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out startedAt);

    /// <summary>A second attempt has an id, and so a history, of its own.</summary>
    public static string Child(string runId, int attempt) => attempt == 1
        ? $"reprocessing-{runId}"
        : string.Create(CultureInfo.InvariantCulture, $"reprocessing-{runId}-attempt-{attempt}");
}
