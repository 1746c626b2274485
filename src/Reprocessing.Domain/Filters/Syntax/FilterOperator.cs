namespace Reprocessing.Domain.Filters.Syntax;

internal enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
}

internal static class FilterOperators
{
    public static string Text(this FilterOperator op) => op switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.NotEqual => "!=",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => ">=",
        FilterOperator.Contains => "CONTAINS",
        _ => "STARTSWITH",
    };

    public static bool IsOrder(this FilterOperator op) =>
        op is FilterOperator.Less or FilterOperator.LessOrEqual or FilterOperator.Greater or FilterOperator.GreaterOrEqual;

    public static FilterOperator? Parse(string symbol) => symbol switch
    {
        "=" or "==" => FilterOperator.Equal,
        "!=" or "<>" => FilterOperator.NotEqual,
        "<" => FilterOperator.Less,
        "<=" => FilterOperator.LessOrEqual,
        ">" => FilterOperator.Greater,
        ">=" => FilterOperator.GreaterOrEqual,
        _ => null,
    };
}
