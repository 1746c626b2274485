using Microsoft.Extensions.Logging;
using Reprocessing.Storage.DeadLetters.Groups;

namespace Reprocessing.Storage.DeadLetters.Census;

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
