using Reprocessing.Domain.Filters.Syntax;

namespace Reprocessing.Domain.Filters.Evaluation;

/// <summary>One value beside another. Values of different types are unequal and have no order.</summary>
internal static class Comparison
{
    public static bool Holds(FilterOperator op, FilterValue actual, FilterValue wanted, bool ignoreCase) => op switch
    {
        FilterOperator.Contains => actual is FilterValue.Text { Content: var text } && wanted is FilterValue.Text { Content: var part }
            && text.Contains(part, StringComparison.OrdinalIgnoreCase),
        FilterOperator.StartsWith => actual is FilterValue.Text { Content: var text } && wanted is FilterValue.Text { Content: var start }
            && text.StartsWith(start, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        FilterOperator.Equal => Order(actual, wanted, ignoreCase) == 0,
        FilterOperator.NotEqual => Order(actual, wanted, ignoreCase) != 0,
        FilterOperator.Less => Order(actual, wanted, ignoreCase) < 0,
        FilterOperator.LessOrEqual => Order(actual, wanted, ignoreCase) <= 0,
        FilterOperator.Greater => Order(actual, wanted, ignoreCase) > 0,
        _ => Order(actual, wanted, ignoreCase) >= 0,
    };

    /// <summary>Null when there is none between the two.</summary>
    private static int? Order(FilterValue actual, FilterValue wanted, bool ignoreCase) => (actual, wanted) switch
    {
        (FilterValue.Text one, FilterValue.Text other) => string.Compare(
            one.Content, other.Content, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        (FilterValue.Number one, FilterValue.Number other) => one.Amount.CompareTo(other.Amount),
        (FilterValue.Time one, FilterValue.Time other) => one.At.CompareTo(other.At),
        (FilterValue.Duration one, FilterValue.Duration other) => one.Length.CompareTo(other.Length),
        (FilterValue.Boolean one, FilterValue.Boolean other) => one.IsTrue.CompareTo(other.IsTrue),
        (FilterValue.Null, FilterValue.Null) => 0,
        _ => null,
    };
}
