using System.Threading.Channels;

namespace Reprocessing.Storage.DeadLetters;

/// <param name="Position">Where the next page goes on.</param>
internal sealed record ListedDeadLetter(DeadLetterEntry Entry, string Position);

/// <summary>The part of a filter that the service can evaluate. It returns every match and perhaps more, so each entry is tested again.</summary>
/// <remarks>Only columns that rows of the first schema have too. The time of the move is in the key, so it bounds the range.</remarks>
internal static class DeadLetterPushdown
{
    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [DeadLetterFields.OrderId] = "OrderId",
        [DeadLetterFields.CustomerId] = "CustomerId",
        [DeadLetterFields.FailureStatus] = OrderRows.Status,
        [DeadLetterFields.ErrorType] = DeadLetterRows.ErrorType,
        [DeadLetterFields.Fingerprint] = DeadLetterRows.Fingerprint,
        [DeadLetterFields.FailedAt] = DeadLetterRows.FailedAt,
        [DeadLetterFields.Resolution] = DeadLetterRows.Resolution,
    };

    /// <summary>Null when the service can judge nothing of it.</summary>
    public static string? Condition(FilterPredicate? filter) => FilterCondition.Of(
        // An entry without a resolution has an empty text there.
        filter, Columns, (field, text) => field == DeadLetterFields.Resolution && text == DeadLetterFields.Unresolved ? string.Empty : text);

    public static KeyRange Range(DeadLetterQuery query, string? after)
    {
        var (from, to) = query.Filter is null ? default : FilterPushdown.TimesOf(query.Filter, DeadLetterFields.MovedAt);
        var (first, before) = RowKeys.Between(from, to);
        var conditions = new[] { query.Scope.Condition, Condition(query.Filter) }.OfType<string>().Select(one => $"({one})").ToList();
        return new(string.Empty, $"{RowKeys.DeadLetterIndex}|", after, before, conditions.Count == 0 ? null : string.Join(" and ", conditions)) { From = first };
    }
}

/// <summary>Applies the whole filter. An order's input is large, so it is read only where nothing else decides, and for some entries at once.</summary>
internal sealed class PayloadFilter(StorageTables tables, TimeProvider time)
{
    public const int MaxWindow = 32;

    /// <summary>
    /// Inputs are large and looking into them takes work, so all requests together have no more windows in hand than these: the memory that
    /// filters take is bounded, and the app has time for other requests. Who only reads a file slowly holds none.
    /// </summary>
    public const int WindowsAtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Task<string?> NotNeeded = Task.FromResult<string?>(null);

    /// <summary>Holds what stands for a window in hand.</summary>
    private readonly Channel<FilterPredicate> _windows = Channel.CreateBounded<FilterPredicate>(WindowsAtOnce);

    /// <param name="wanted">How many will be taken, so that no more inputs are read ahead than may be needed.</param>
    public IAsyncEnumerable<ListedDeadLetter> Apply(IAsyncEnumerable<ListedDeadLetter> entries, FilterPredicate? filter, int wanted)
    {
        if (filter is null)
        {
            return entries;
        }

        var candidates = entries
            .Select(listed => (Listed: listed, Passes: filter.EvaluateWithoutPayload(new DeadLetterSubject(listed.Entry))))
            .Where(one => one.Passes != false);
        return filter.NeedsPayload
            ? candidates.Chunk(Math.Clamp(wanted, 1, MaxWindow)).SelectMany((window, token) => DecideAsync(window, filter, token))
            : candidates.Select(one => one.Listed);
    }

    private async ValueTask<IEnumerable<ListedDeadLetter>> DecideAsync(
        (ListedDeadLetter Listed, bool? Passes)[] window, FilterPredicate filter, CancellationToken cancellationToken)
    {
        await EnterAsync(filter, cancellationToken);
        try
        {
            var payloads = await Task.WhenAll(window.Select(one => one.Passes is null ? ReadPayloadAsync(one.Listed.Entry.OrderId, cancellationToken) : NotNeeded));
            // One after the other: each parsed input takes many times its length.
            return
            [
                .. window.Zip(payloads)
                    .Where(pair => pair.First.Passes ?? filter.Matches(new DeadLetterSubject(pair.First.Listed.Entry), pair.Second, cancellationToken))
                    .Select(pair => pair.First.Listed),
            ];
        }
        finally
        {
            _windows.Reader.TryRead(out _);
        }
    }

    /// <exception cref="FiltersBusyException">Other requests are at it for too long.</exception>
    private async Task EnterAsync(FilterPredicate filter, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _windows.Writer.WriteAsync(filter, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FiltersBusyException();
        }
    }

    private async Task<string?> ReadPayloadAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            return (await OrderReader.ReadAsync(tables, orderId, withInput: true, cancellationToken))?.InputText;
        }
        catch (BrokenRowException)
        {
            // What cannot be read has no member that a filter could name.
            return null;
        }
    }
}

/// <summary>As many requests as may look into the inputs of orders are doing so.</summary>
public sealed class FiltersBusyException() : Exception("Too many filters are looking into orders at the same time.");
