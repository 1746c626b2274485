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
internal sealed class PayloadFilter(StorageTables tables)
{
    public const int MaxWindow = 32;

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
        var passed = await Task.WhenAll(window.Select(async one => one.Passes
            ?? filter.Matches(new DeadLetterSubject(one.Listed.Entry), await ReadPayloadAsync(one.Listed.Entry.OrderId, cancellationToken))));
        return [.. window.Zip(passed).Where(pair => pair.Second).Select(pair => pair.First.Listed)];
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
