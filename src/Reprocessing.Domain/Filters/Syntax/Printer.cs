namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>Writes the canonical form, with only the parentheses that are needed to parse the same tree.</summary>
internal static class Printer
{
    public static string Print(FilterNode node) => node switch
    {
        FilterNode.Or either => $"{Print(either.Left)} OR {Inner(either.Right, either.Right is FilterNode.Or)}",
        FilterNode.And both => $"{Inner(both.Left, both.Left is FilterNode.Or)} AND {Inner(both.Right, both.Right is FilterNode.Or or FilterNode.And)}",
        FilterNode.Not negation => $"NOT {Inner(negation.Inner, negation.Inner is FilterNode.Or or FilterNode.And)}",
        FilterNode.Compare { Operand: var operand } compare =>
            $"{Name(operand)} {compare.Operator.Text()} {Print(compare.Value, IsChoice(operand) && compare.Operator is FilterOperator.Equal or FilterOperator.NotEqual)}",
        FilterNode.In { Operand: var operand } among =>
            $"{Name(operand)} {(among.Negated ? "NOT IN" : "IN")} ({string.Join(", ", among.Values.Select(value => Print(value, IsChoice(operand))))})",
        FilterNode.Between { Operand: var operand } between =>
            $"{Name(operand)} BETWEEN {Print(between.Low, isChoice: false)} AND {Print(between.High, isChoice: false)}",
        FilterNode.IsNull isNull => $"{Name(isNull.Operand)} IS {(isNull.Negated ? "NOT NULL" : "NULL")}",
        _ => throw new InvalidOperationException($"Unknown node {node.GetType().Name}."),
    };

    public static string Print(FilterValue value, bool isChoice) => value switch
    {
        FilterValue.Text { Content: var content } => isChoice ? content : Quote(content),
        FilterValue.Number { Amount: var amount } => amount.ToString("0.############################", CultureInfo.InvariantCulture),
        FilterValue.Time { At: var at } => TimeText.Print(at),
        FilterValue.FromNow { Offset: var offset } => TimeText.PrintFromNow(offset),
        FilterValue.Duration { Length: var length } => TimeText.Print(length),
        FilterValue.Boolean { IsTrue: var isTrue } => isTrue ? "true" : "false",
        _ => "null",
    };

    private static string Inner(FilterNode node, bool inParentheses) => inParentheses ? $"({Print(node)})" : Print(node);

    private static string Name(Operand operand) => operand is Operand.Field { Definition: var field } ? field.Name : ((Operand.Path)operand).Text;

    private static bool IsChoice(Operand operand) => operand is Operand.Field { Definition.Kind: FieldKind.Choice };

    private static string Quote(string content) => $"'{content.Replace("'", "''", StringComparison.Ordinal)}'";
}
