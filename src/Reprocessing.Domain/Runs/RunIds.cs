namespace Reprocessing.Domain.Runs;

/// <summary>A run's id is the moment at which its orchestration began, the same in every replay. There is one run at a time, so no two begin at once.</summary>
public static class RunIds
{
    private const string Format = "'run-'yyyyMMdd-HHmmss-fff";

    /// <summary>The id, and the start cut to the millisecond that the id tells: a run's record is found by it.</summary>
    public static (string RunId, DateTimeOffset StartedAt) At(DateTime utcNow)
    {
        var startedAt = new DateTimeOffset(utcNow.Ticks - (utcNow.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return (startedAt.ToString(Format, CultureInfo.InvariantCulture), startedAt);
    }

    public static bool IsRun(string id) => TryGetStart(id, out _);

    public static bool TryGetStart(string runId, out DateTimeOffset startedAt) => DateTimeOffset.TryParseExact(
        runId, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out startedAt);
}
