namespace Reprocessing.Storage.DeadLetters;

/// <summary>Counts all failing orders and dead letters in one look.</summary>
public interface IDeadLetterCounter
{
    /// <summary>The last count while it is fresh. Callers share a count that is under way, and the longer one takes, the longer it stays fresh.</summary>
    Task<DeadLetterCount> CountAsync(CancellationToken cancellationToken);
}

public sealed record DeadLetterCount(
    DeadLetterStatistics Statistics,
    FailingStatistics Failing,
    IReadOnlyDictionary<string, FailureGroupCount> Groups,
    IReadOnlyDictionary<DeadLetterKind, int> Depth)
{
    /// <summary>Of all groups that there are or were. A state that none is in is not there.</summary>
    public IReadOnlyDictionary<FailureGroupState, int> GroupStates { get; init; } = new Dictionary<FailureGroupState, int>();
}

public readonly record struct DeadLetterKind(bool IsOpen, ErrorType ErrorType);

/// <summary>Figures of all dead letters. None is counted twice; one that changes during the count may be missed.</summary>
public sealed record DeadLetterStatistics
{
    public required int TotalEntries { get; init; }

    public required int UnresolvedCount { get; init; }

    public int ResolvedCount => TotalEntries - UnresolvedCount;

    public required IReadOnlyDictionary<string, int> ByFailureStatus { get; init; }

    public required IReadOnlyDictionary<string, int> ByErrorType { get; init; }

    public required IReadOnlyDictionary<string, int> ByResolution { get; init; }

    public required double AverageRetries { get; init; }

    /// <summary>When the one that is the longest in the queue came; null when that is empty.</summary>
    public DateTimeOffset? OldestUnresolved { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

public sealed record FailingStatistics
{
    public required int FailingCount { get; init; }

    public required int DueCount { get; init; }

    public int WaitingCount => FailingCount - DueCount - PermanentCount;

    /// <summary>Those that are not restarted unless asked for.</summary>
    public required int PermanentCount { get; init; }

    public required IReadOnlyDictionary<string, int> ByFailureStatus { get; init; }

    public required IReadOnlyDictionary<string, int> ByErrorType { get; init; }

    public DateTimeOffset? OldestFailedAt { get; init; }

    public DateTimeOffset? NextDueAt { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <remarks>New groups are stored before the count is returned. If the process dies in between, the next count finds the same.</remarks>
internal sealed class DeadLetterCounter(StorageTables tables, FailureGroupMarks marks, TimeProvider time, ILogger<DeadLetterCounter> logger)
    : IDeadLetterCounter
{
    /// <summary>So much of the time at most is spent counting: a tenth.</summary>
    private const int RestPerWork = 9;

    private const int ShardsAtOnce = 4;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<Taken>? _last;

    public async Task<DeadLetterCount> CountAsync(CancellationToken cancellationToken)
    {
        Task<Taken> asked;
        lock (_gate)
        {
            // The count belongs to all who wait for it: that one of them goes away does not end it.
            asked = _last = _last is { } last && IsFresh(last) ? last : TakeAsync();
        }

        return (await asked.WaitAsync(cancellationToken)).Count;
    }

    private bool IsFresh(Task<Taken> count) =>
        !count.IsCompleted || (count.IsCompletedSuccessfully && time.GetUtcNow() < count.Result.FreshUntil);

    private async Task<Taken> TakeAsync()
    {
        var asOf = time.GetUtcNow();
        var tally = new DeadLetterTally();
        await Parallel.ForEachAsync(
            new[] { RowKeys.DeadLetterIndex, RowKeys.DueIndex, RowKeys.PermanentIndex }.SelectMany(index => tables.Ranges(index)),
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce },
            async (shard, token) => await AddAsync(shard, tally, asOf, token));
        var count = tally.Count(asOf);
        count = count with { GroupStates = await marks.RecordAsync(count.Groups, asOf, CancellationToken.None) };
        var now = time.GetUtcNow();
        var rest = TimeSpan.FromTicks(Math.Clamp((now - asOf).Ticks * RestPerWork, ShortestRest.Ticks, LongestRest.Ticks));
        return new(count, now + rest);
    }

    /// <remarks>A page at a time and only the columns that are counted: memory does not grow with the queue.</remarks>
    private async Task AddAsync(KeyRange shard, DeadLetterTally tally, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        await foreach (var row in tables.Orders.ReadAsync(shard, cancellationToken, columns: DeadLetterTally.Columns))
        {
            if (row.RowKey[0] != RowKeys.DeadLetterIndex)
            {
                tally.AddFailing(row, asOf);
            }
            else if (row.GetInt32(DeadLetterRows.Schema) is not null)
            {
                tally.Add(row);
            }
            else if (await tables.Orders.FindAsync(shard.Partition, row.RowKey, cancellationToken) is { } whole)
            {
                // Rows of the first schema lack columns. What cannot be read is still there, and counted by the columns that it has.
                tally.Add(StorageJson.TryRead(whole, DeadLetterRows.Read, logger) is { } entry ? DeadLetterRows.Write(shard.Partition, entry) : whole);
            }
        }
    }

    private sealed record Taken(DeadLetterCount Count, DateTimeOffset FreshUntil);
}
