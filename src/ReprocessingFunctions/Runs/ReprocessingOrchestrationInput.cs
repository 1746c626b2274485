using System.Text.Json.Serialization;
using Reprocessing.Domain.Decisions;
using Reprocessing.Domain.Runs;

namespace ReprocessingFunctions.Runs;

/// <summary>All that a run goes by: settings are read once, when the run is planned, and travel with it through its slices.</summary>
/// <param name="BatchSize">The most orders that the whole run may find.</param>
/// <param name="AccumulatedResult">What the slices before this one did.</param>
/// <param name="Deadline">No slice and no chunk begins after it.</param>
internal sealed record ReprocessingOrchestrationInput(
    string RunId,
    IReadOnlyList<string> FailureStatuses,
    int MaxRetries,
    int BatchSize,
    ReprocessingResult AccumulatedResult,
    int ContinuationCount,
    DateTimeOffset StartedAt,
    DateTimeOffset Deadline,
    RunLimits Limits)
{
    /// <summary>Orders that were due when the run began, as far as it may go; null when they were not counted.</summary>
    public int? Expected { get; init; }

    /// <summary>Where the query goes on; null at the beginning.</summary>
    public string? Cursor { get; init; }

    [JsonIgnore]
    public ReprocessingRule Rule => new(RunId, MaxRetries, FailureStatuses);
}

/// <param name="Parallelism">Chunks at once.</param>
/// <param name="ChunkSize">Orders of one shard that one activity call takes.</param>
internal sealed record RunLimits(int Parallelism, int ChunkSize, TimeSpan QueryTimeout, TimeSpan ProcessTimeout);
