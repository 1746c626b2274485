using System.Runtime.CompilerServices;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Filters;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <param name="Position">Where the next page goes on.</param>
internal sealed record ListedDeadLetter(DeadLetterEntry Entry, string Position);

/// <summary>
/// Lets through what a query means, in the order it comes. Orders' inputs, which are large and stand elsewhere, are read only for
/// entries that pass all that can be told without, and then some side by side.
/// </summary>
internal sealed class DeadLetterSieve(StorageTables tables)
{
    public const int MaxWindow = 32;

    /// <param name="wanted">How many will be taken, so that no more inputs are read ahead than may be needed.</param>
    public async IAsyncEnumerable<ListedDeadLetter> SiftAsync(
        IAsyncEnumerable<ListedDeadLetter> entries,
        FilterPredicate? filter,
        int wanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var size = Math.Clamp(wanted, 1, MaxWindow);
        List<(ListedDeadLetter Entry, bool? Passes)> window = [];
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            var passes = filter is null ? true : filter.EvaluateWithoutPayload(new DeadLetterSubject(entry.Entry));
            if (passes == true && window.Count == 0)
            {
                yield return entry;
                continue;
            }

            if (passes == false)
            {
                continue;
            }

            window.Add((entry, passes));
            if (window.Count == size)
            {
                foreach (var passed in await DecideAsync(window, filter, cancellationToken))
                {
                    yield return passed;
                }

                window.Clear();
            }
        }

        foreach (var passed in await DecideAsync(window, filter, cancellationToken))
        {
            yield return passed;
        }
    }

    private async Task<List<ListedDeadLetter>> DecideAsync(
        List<(ListedDeadLetter Entry, bool? Passes)> window, FilterPredicate? filter, CancellationToken cancellationToken)
    {
        var passed = await Task.WhenAll(window.Select(async one => one.Passes ?? await AskAgainAsync(one.Entry.Entry, filter!, cancellationToken)));
        return [.. window.Zip(passed).Where(pair => pair.Second).Select(pair => pair.First.Entry)];
    }

    private async Task<bool> AskAgainAsync(DeadLetterEntry entry, FilterPredicate filter, CancellationToken cancellationToken)
    {
        return filter.Matches(new DeadLetterSubject(entry), await ReadPayloadAsync(entry.OrderId, cancellationToken));
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
