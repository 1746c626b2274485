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

/// <remarks>
/// A count that found what the marks do not say yet writes them before it is given out. When the process dies in between, the next
/// count finds the same.
/// </remarks>
internal sealed class DeadLetterCensus(StorageTables tables, FailureGroupMarks marks, TimeProvider time, ILogger<DeadLetterCensus> logger)
    : IDeadLetterCensus
{
    /// <summary>So much of the time at most is spent counting: a tenth.</summary>
    private const int RestPerWork = 9;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly CensusScan _scan = new(tables, logger);
    private readonly Lock _gate = new();
    private Task<Taken>? _last;

    public async Task<DeadLetterCount> TakeAsync(CancellationToken cancellationToken)
    {
        Task<Taken> asked;
        lock (_gate)
        {
            // The count belongs to all who wait for it: that one of them goes away does not end it.
            asked = _last = _last is { } last && IsFresh(last) ? last : CountAsync();
        }

        return (await asked.WaitAsync(cancellationToken)).Count;
    }

    private bool IsFresh(Task<Taken> count) =>
        !count.IsCompleted || (count.IsCompletedSuccessfully && time.GetUtcNow() < count.Result.FreshUntil);

    private async Task<Taken> CountAsync()
    {
        var asOf = time.GetUtcNow();
        var tally = await _scan.RunAsync(CancellationToken.None);
        var count = tally.Count(asOf);
        await marks.RecordAsync(count.Groups, asOf, CancellationToken.None);
        var now = time.GetUtcNow();
        var rest = TimeSpan.FromTicks(Math.Clamp((now - asOf).Ticks * RestPerWork, ShortestRest.Ticks, LongestRest.Ticks));
        return new(count, now + rest);
    }

    private sealed record Taken(DeadLetterCount Count, DateTimeOffset FreshUntil);
}
