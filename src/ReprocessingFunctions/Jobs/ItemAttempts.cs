using Reprocessing.Domain.Retries;

namespace ReprocessingFunctions.Jobs;

/// <summary>How often and how long an item is tried where a job waits for outcomes.</summary>
/// <param name="Max">Starts of an item in this job, the first among them.</param>
/// <param name="Timeout">From an item's start to its outcome; one that takes longer has failed as timed out.</param>
/// <param name="Delays">The pause before each further start.</param>
internal sealed record ItemAttempts(int Max, TimeSpan Timeout, RetrySettings Delays)
{
    /// <summary>Of an operation whose items have no outcome to wait for.</summary>
    public static ItemAttempts Once { get; } = new(1, TimeSpan.FromMinutes(5), new());
}
