using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>All dead letters, counted in one look.</summary>
public interface IDeadLetterCensus
{
    /// <summary>
    /// The last count while it is fresh; who asks while one is being taken waits for that one. The time between two is the longer the
    /// longer they take, so that no number of callers makes the app count all the time.
    /// </summary>
    Task<DeadLetterCount> TakeAsync(CancellationToken cancellationToken);
}

/// <param name="Groups">By fingerprint; those with an entry.</param>
/// <param name="Depth">How many there are of each.</param>
public sealed record DeadLetterCount(
    DeadLetterStatistics Statistics,
    IReadOnlyDictionary<string, FailureGroupCount> Groups,
    IReadOnlyDictionary<DeadLetterKind, int> Depth);

/// <param name="IsOpen">It is in the queue.</param>
public readonly record struct DeadLetterKind(bool IsOpen, ErrorType ErrorType);

/// <summary>
/// Figures of all dead letters. What is done while they are counted may or may not be in them; none is counted twice, and one that
/// comes back to the queue just then may be missed.
/// </summary>
public sealed record DeadLetterStatistics
{
    public required int TotalEntries { get; init; }

    /// <summary>Those in the queue.</summary>
    public required int UnresolvedCount { get; init; }

    public int ResolvedCount => TotalEntries - UnresolvedCount;

    /// <summary>Of all entries, by the status that they failed with in the end.</summary>
    public required IReadOnlyDictionary<string, int> ByFailureStatus { get; init; }

    public required IReadOnlyDictionary<string, int> ByErrorType { get; init; }

    /// <summary>Of the resolved ones.</summary>
    public required IReadOnlyDictionary<string, int> ByResolution { get; init; }

    /// <summary>Of all entries; 0 when there is none.</summary>
    public required double AverageRetries { get; init; }

    /// <summary>When the one that is the longest in the queue came; null when that is empty.</summary>
    public DateTimeOffset? OldestUnresolved { get; init; }

    /// <summary>When the count began.</summary>
    public required DateTimeOffset AsOf { get; init; }
}
