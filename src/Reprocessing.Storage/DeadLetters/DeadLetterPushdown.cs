namespace Reprocessing.Storage.DeadLetters;

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

    public static string? Condition(FilterPredicate? filter) => FilterCondition.Of(
        // An entry without a resolution has an empty text there.
        filter, Columns, (field, text) => field == DeadLetterFields.Resolution && text == DeadLetterFields.Unresolved ? string.Empty : text);

    public static KeyRange Range(DeadLetterQuery query, string? after)
    {
        var (from, to) = query.Filter is null ? default : FilterPushdown.TimesOf(query.Filter, DeadLetterFields.MovedAt);
        var (first, before) = RowKeys.Between(from, to);
        return new(string.Empty, $"{RowKeys.DeadLetterIndex}|", after, before, FilterCondition.All(query.Scope.Condition, Condition(query.Filter))) { From = first };
    }
}
