namespace Reprocessing.Domain.Filters;

/// <summary>One condition that every match of a filter meets, on a stored field.</summary>
public abstract record PushedTerm(FilterField Field)
{
    /// <param name="Value">A text, number, time or duration.</param>
    public sealed record Compare(FilterField Field, PushedOperator Operator, FilterValue Value) : PushedTerm(Field);

    /// <summary>Equal to one of two values or more.</summary>
    public sealed record AnyOf(FilterField Field, IReadOnlyList<FilterValue> Values) : PushedTerm(Field);
}

public enum PushedOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
