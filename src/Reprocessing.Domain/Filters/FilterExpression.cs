namespace Reprocessing.Domain.Filters;

/// <summary>A parsed filter. <see cref="ToString"/> gives its canonical form, which parses to the same filter.</summary>
public sealed record FilterExpression
{
    internal FilterExpression(FilterNode root) => Root = root;

    internal FilterNode Root { get; }

    /// <summary>Never throws.</summary>
    public static FilterParse Parse(string? text, FieldCatalog catalog)
    {
        try
        {
            return new(new(Parser.Parse(text ?? string.Empty, catalog)), null);
        }
        catch (FilterSyntaxException e)
        {
            return new(null, e.Error);
        }
    }

    /// <summary>A scan uses one time for all its items.</summary>
    public FilterPredicate At(DateTimeOffset now) => new(Root, now);

    /// <summary>Whether the filter uses the field; then no other default applies to that field.</summary>
    public bool Names(FilterField field) => Root.Operands.Any(operand => operand is Operand.Field { Definition: var named } && named == field);

    public override string ToString() => Printer.Print(Root);
}

public sealed record FilterParse(FilterExpression? Expression, FilterError? Error);

/// <param name="Column">1 is the first character.</param>
public sealed record FilterError(FilterErrorKind Kind, int Column, string Message);

public enum FilterErrorKind
{
    /// <summary>An empty filter does not mean 'everything'.</summary>
    Empty,

    Syntax,
    UnknownField,

    /// <summary>A known field with an operator or value that it does not support.</summary>
    Mismatch,

    /// <summary>A word that is none of the field's here, and may be one where other settings hold.</summary>
    UnknownChoice,

    Limit,
}

public static class FilterLimits
{
    public const int Length = 4_000;

    /// <summary>Nested parentheses and NOTs.</summary>
    public const int Depth = 32;

    public const int Terms = 200;
    public const int InList = 500;
    public const int PathSteps = 32;

    /// <summary>Members and elements that are looked at, comparisons, and 16 characters each of a compared text.</summary>
    public const int StepsAnItem = 2_000_000;

    /// <summary>Of one request. Some seconds of work.</summary>
    public const int StepsAScan = 100_000_000;
}
