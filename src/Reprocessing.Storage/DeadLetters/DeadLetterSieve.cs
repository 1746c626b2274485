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

/// <summary>
/// The part of a filter that the service can judge, so that a filter that says much reads little. Every match passes, and more may:
/// the entries that come are still to be tested.
/// </summary>
/// <remarks>
/// Only columns that rows of the first schema have too. The time of the move is in the key, so it bounds the range that is read.
/// </remarks>
internal sealed class DeadLetterNarrowing
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

    private readonly PushedCondition _condition = new(Columns)
    {
        // An entry without a resolution has an empty text there.
        Stored = (field, text) => field == DeadLetterFields.Resolution && text == DeadLetterFields.Unresolved ? string.Empty : text,
    };

    private DeadLetterNarrowing()
    {
    }

    public static DeadLetterNarrowing None { get; } = new();

    /// <summary>Null when the service can judge nothing of it.</summary>
    public string? Condition => _condition.Text;

    /// <summary>What follows the lane in a key before all that can match; null for the lane's beginning.</summary>
    public string? After { get; private set; }

    /// <summary>What follows the lane in a key after all that can match; null for the lane's end.</summary>
    public string? Before { get; private set; }

    public static DeadLetterNarrowing Of(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return None;
        }

        var narrowing = new DeadLetterNarrowing();
        foreach (var term in FilterPushdown.Of(filter, field => field == DeadLetterFields.MovedAt || Columns.ContainsKey(field)))
        {
            if (term is PushedTerm.Compare { Value: FilterValue.Time { At: var at } } compare && compare.Field == DeadLetterFields.MovedAt)
            {
                narrowing.AddRange(compare.Operator, at);
            }
            else
            {
                narrowing._condition.Add(term);
            }
        }

        return narrowing;
    }

    /// <summary>The newest have the least keys, so a time after which is a key before which.</summary>
    private void AddRange(FilterOperator op, DateTimeOffset at)
    {
        var inverted = RowKeys.Inverted(at);
        var (newer, here, older) = op switch
        {
            FilterOperator.Equal => (false, true, false),
            FilterOperator.Greater => (true, false, false),
            FilterOperator.GreaterOrEqual => (true, true, false),
            FilterOperator.Less => (false, false, true),
            FilterOperator.LessOrEqual => (false, true, true),
            _ => (true, true, true),
        };
        if (!newer)
        {
            After = Max(After, RowKeys.Ticks(here ? inverted : inverted + 1));
        }

        if (!older)
        {
            Before = Min(Before, RowKeys.Ticks(here ? inverted + 1 : inverted));
        }
    }

    internal static string? Max(string? one, string? other) => string.CompareOrdinal(one, other) >= 0 ? one : other;

    private static string Min(string? one, string other) => one is not null && string.CompareOrdinal(one, other) < 0 ? one : other;
}
