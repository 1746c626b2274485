namespace Reprocessing.Domain.Filters.Syntax;

internal static class ValueReader
{
    public static bool MayHaveSeveralWords(Operand operand) =>
        operand is Operand.Field { Definition.Kind: FieldKind.Time or FieldKind.Duration };

    public static FilterValue Read(Operand operand, FilterOperator op, Token token)
    {
        if (operand is Operand.Field && token.Is(Keywords.Null))
        {
            throw Mismatch(token, $"Found {token}; expected IS NULL or IS NOT NULL, or '{token.Text}' in quotes to mean the text");
        }

        if (token.Text.Length == 0 && op is (FilterOperator.Contains or FilterOperator.StartsWith))
        {
            throw Mismatch(token, $"Found an empty text, which everything has; expected the text to look for after {op.Text()}");
        }

        return operand switch
        {
            Operand.Field { Definition: var field } => ReadFor(field, op, token),
            _ => ReadForPayload(op, token),
        };
    }

    /// <summary>An exponent is accepted, though the canonical form never has one.</summary>
    public static bool TryNumber(string text, out decimal number) => decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);

    private static FilterValue ReadFor(FilterField field, FilterOperator op, Token token) => field.Kind switch
    {
        FieldKind.Number => TryNumber(token.Text, out var number)
            ? new FilterValue.Number(number)
            : throw Mismatch(token, $"Found {token}; '{field.Name}' is a number, expected one such as 3"),
        FieldKind.Time => TimeText.ParseTime(token.Text)
            ?? throw Mismatch(token, $"Found {token}; '{field.Name}' is a time, expected one such as '2026-01-31', '2026-01-31T18:30:00Z' or now-2h"),
        FieldKind.Duration => TimeText.ParseDuration(token.Text) is { } length
            ? new FilterValue.Duration(length)
            : throw Mismatch(token, $"Found {token}; '{field.Name}' is a duration, expected one such as 30m, 2h or '1d 6h'"),
        FieldKind.Choice when op is not (FilterOperator.Contains or FilterOperator.StartsWith) => ReadChoice(field, token),
        _ => new FilterValue.Text(token.Text),
    };

    private static FilterValue.Text ReadChoice(FilterField field, Token token)
    {
        var asked = FieldCatalog.Level(token.Text);
        if (field.Choices.FirstOrDefault(choice => FieldCatalog.Level(choice) == asked) is { } value)
        {
            return new(value);
        }

        var hint = NearMatch.Find(token.Text, field.Choices) is { } near ? $" Did you mean {near}?" : "";
        throw new FilterSyntaxException(
            field.ChoicesNow is null ? FilterErrorKind.Mismatch : FilterErrorKind.UnknownChoice,
            token.Column,
            $"Found {token}; '{field.Name}' is one of {string.Join(", ", field.Choices)}.{hint}");
    }

    /// <summary>A payload member has any type, so the value's form decides how it is compared.</summary>
    private static FilterValue ReadForPayload(FilterOperator op, Token token)
    {
        if (token.Kind == TokenKind.Quoted || op is FilterOperator.Contains or FilterOperator.StartsWith)
        {
            return new FilterValue.Text(token.Text);
        }

        FilterValue? word = token.Is(Keywords.True) ? new FilterValue.Boolean(true)
            : token.Is(Keywords.False) ? new FilterValue.Boolean(false)
            : token.Is(Keywords.Null) ? new FilterValue.Null()
            : null;
        if (word is not null)
        {
            return op is FilterOperator.Equal or FilterOperator.NotEqual
                ? word
                : throw Mismatch(token, $"Found {token}, which has no order; expected a number or a text");
        }

        if (TimeText.IsRelative(token.Text))
        {
            throw Mismatch(token, $"Found {token}; a payload has texts, not times, expected a text in quotes such as '2026-01-31'");
        }

        return TryNumber(token.Text, out var number) ? new FilterValue.Number(number) : new FilterValue.Text(token.Text);
    }

    private static FilterSyntaxException Mismatch(Token token, string message) =>
        new(FilterErrorKind.Mismatch, token.Column, message + ".");

    public static string? Problem(FilterField field, FilterOperator op) => field.Kind switch
    {
        FieldKind.Search when op != FilterOperator.Contains => "which is only searched; expected CONTAINS",
        FieldKind.Choice when op.IsOrder() => "whose values have no order; expected =, !=, IN, NOT IN, CONTAINS, STARTSWITH or IS NULL",
        FieldKind.Number or FieldKind.Time or FieldKind.Duration when op is FilterOperator.Contains or FilterOperator.StartsWith =>
            $"which is a {field.Kind.ToString().ToLowerInvariant()}; expected =, !=, <, <=, >, >=, IN, NOT IN, BETWEEN or IS NULL",
        _ => null,
    };
}
