namespace Reprocessing.Domain.Filters.Syntax;

internal abstract record FilterNode
{
    public IEnumerable<Operand> Operands => this switch
    {
        Or either => either.Left.Operands.Concat(either.Right.Operands),
        And both => both.Left.Operands.Concat(both.Right.Operands),
        Not negation => negation.Inner.Operands,
        _ => [((Term)this).Operand],
    };

    public sealed record Or(FilterNode Left, FilterNode Right) : FilterNode;

    public sealed record And(FilterNode Left, FilterNode Right) : FilterNode;

    public sealed record Not(FilterNode Inner) : FilterNode;

    public abstract record Term(Operand Operand) : FilterNode;

    public sealed record Compare(Operand Operand, FilterOperator Operator, FilterValue Value) : Term(Operand);

    public sealed record Between(Operand Operand, FilterValue Low, FilterValue High) : Term(Operand);

    public sealed record IsNull(Operand Operand, bool Negated) : Term(Operand);

    public sealed record In(Operand Operand, IReadOnlyList<FilterValue> Values, bool Negated) : Term(Operand)
    {
        public bool Equals(In? other) =>
            other is not null && Operand == other.Operand && Negated == other.Negated && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => HashCode.Combine(Operand, Values.Count, Negated);
    }
}

internal abstract record Operand
{
    public sealed record Field(FilterField Definition) : Operand;

    /// <param name="Text">A JSONPath in the canonical form of <see cref="PathReader"/>.</param>
    public sealed record Path(string Text) : Operand
    {
        public IReadOnlyList<PathStep> Steps { get; } = PathReader.StepsOf(Text);

        public bool Equals(Path? other) => other is not null && Text == other.Text;

        public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
    }
}

internal static class FilterOperators
{
    private static readonly (FilterOperator Operator, string Text, string? Alias)[] All =
    [
        (FilterOperator.Equal, "=", "=="),
        (FilterOperator.NotEqual, "!=", "<>"),
        (FilterOperator.Less, "<", null),
        (FilterOperator.LessOrEqual, "<=", null),
        (FilterOperator.Greater, ">", null),
        (FilterOperator.GreaterOrEqual, ">=", null),
        (FilterOperator.Contains, Keywords.Contains, null),
        (FilterOperator.StartsWith, Keywords.StartsWith, null),
    ];

    public static string Text(this FilterOperator op) => All.First(one => one.Operator == op).Text;

    public static bool IsOrder(this FilterOperator op) =>
        op is FilterOperator.Less or FilterOperator.LessOrEqual or FilterOperator.Greater or FilterOperator.GreaterOrEqual;

    public static FilterOperator Parse(string symbol) => All.First(one => one.Text == symbol || one.Alias == symbol).Operator;
}
