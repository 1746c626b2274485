using System.Threading.Channels;

namespace Reprocessing.Storage.Filters;

/// <summary>Applies the whole filter. An order's input is large, so it is read only where nothing else decides, and for some entries at once.</summary>
public sealed class PayloadFilter(StorageTables tables, TimeProvider time)
{
    public const int MaxWindow = 32;

    /// <summary>Of all requests together: inputs are large and looking into them takes work. Who only reads a file slowly holds none.</summary>
    public const int WindowsAtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Task<string?> NotNeeded = Task.FromResult<string?>(null);

    private readonly Channel<FilterPredicate> _windows = Channel.CreateBounded<FilterPredicate>(WindowsAtOnce);

    /// <param name="wanted">How many will be taken, so that no more inputs are read ahead than may be needed.</param>
    public IAsyncEnumerable<(T Item, string Position)> Apply<T>(
        IAsyncEnumerable<(T Item, string Position)> items, FilterPredicate? filter, int wanted, Func<T, string> idOf)
        where T : class
    {
        if (filter is null)
        {
            return items;
        }

        var candidates = items
            .Select(listed => (Listed: listed, Passes: filter.EvaluateWithoutPayload(listed.Item)))
            .Where(one => one.Passes != false);
        return filter.NeedsPayload
            ? candidates.Chunk(Math.Clamp(wanted, 1, MaxWindow)).SelectMany((window, token) => DecideAsync(window, filter, idOf, token))
            : candidates.Select(one => one.Listed);
    }

    private async ValueTask<IEnumerable<(T Item, string Position)>> DecideAsync<T>(
        ((T Item, string Position) Listed, bool? Passes)[] window,
        FilterPredicate filter,
        Func<T, string> idOf,
        CancellationToken cancellationToken)
        where T : class
    {
        await EnterAsync(filter, cancellationToken);
        try
        {
            var payloads = await Task.WhenAll(window.Select(one => one.Passes is null ? ReadPayloadAsync(idOf(one.Listed.Item), cancellationToken) : NotNeeded));
            // One after the other: each parsed input takes many times its length.
            return
            [
                .. window.Zip(payloads)
                    .Where(pair => pair.First.Passes ?? filter.Matches(pair.First.Listed.Item, pair.Second, cancellationToken))
                    .Select(pair => pair.First.Listed),
            ];
        }
        finally
        {
            _windows.Reader.TryRead(out _);
        }
    }

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

    /// <summary>What cannot be read has no member that a filter could name.</summary>
    private async Task<string?> ReadPayloadAsync(string orderId, CancellationToken cancellationToken) =>
        (await OrderReader.TryReadAsync(tables, orderId, withInput: true, cancellationToken))?.InputText;
}

public sealed class FiltersBusyException() : Exception("Too many filters are looking into orders at the same time.");
