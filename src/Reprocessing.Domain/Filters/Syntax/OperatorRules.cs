namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>Which operators a field's kind has.</summary>
internal static class OperatorRules
{
    /// <summary>Null when it has this one; else what is so about the field and what to use, as the end of a sentence.</summary>
    public static string? Problem(FilterField field, FilterOperator op) => field.Kind switch
    {
        FieldKind.Search when op != FilterOperator.Contains => "which is only searched; expected CONTAINS",
        FieldKind.Choice when op.IsOrder() => "whose values have no order; expected =, !=, IN, NOT IN, CONTAINS, STARTSWITH or IS NULL",
        FieldKind.Number or FieldKind.Time or FieldKind.Duration when op is FilterOperator.Contains or FilterOperator.StartsWith =>
            $"which is a {field.Kind.ToString().ToLowerInvariant()}; expected =, !=, <, <=, >, >=, IN, NOT IN, BETWEEN or IS NULL",
        _ => null,
    };
}
