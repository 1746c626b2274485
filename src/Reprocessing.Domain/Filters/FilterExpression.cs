namespace Reprocessing.Domain.Filters;

/// <summary>
/// A filter as text and tree. <see cref="ToString"/> is its canonical form, which reads as the same expression again. Ask
/// <see cref="At"/> for what items are tested with.
/// </summary>
public sealed record FilterExpression
{
    internal FilterExpression(FilterNode root) => Root = root;

    internal FilterNode Root { get; }

    /// <summary>Never throws, whatever the text.</summary>
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

    /// <summary>The filter at a moment: one scan has one now, so that its items are all measured alike.</summary>
    public FilterPredicate At(DateTimeOffset now) => new(Root, now);

    /// <summary>Says something of this field: whoever narrows a list by it otherwise is to leave that to the filter.</summary>
    public bool Names(FilterField field) => Root.Operands.Any(operand => operand is Operand.Field { Definition: var named } && named == field);

    public override string ToString() => Printer.Print(Root);
}

/// <summary>A filter as read, or what is wrong with it: one of the two is set.</summary>
public sealed record FilterParse(FilterExpression? Expression, FilterError? Error);

/// <param name="Column">Where it is in the text: 1 is the first character.</param>
/// <param name="Message">A whole sentence: what was found there and what was expected.</param>
public sealed record FilterError(FilterErrorKind Kind, int Column, string Message);

public enum FilterErrorKind
{
    /// <summary>No text: not 'everything', but nothing said.</summary>
    Empty,

    Syntax,

    UnknownField,

    /// <summary>The field is known; this operator or value is not for it.</summary>
    Mismatch,

    /// <summary>Too long, too deep, too many terms or values.</summary>
    Limit,
}

/// <summary>What a filter may cost: everything that is done with one is linear in these and in the items.</summary>
public static class FilterLimits
{
    public const int Length = 4_000;

    /// <summary>Parentheses and NOTs within each other.</summary>
    public const int Depth = 32;

    /// <summary>Comparisons.</summary>
    public const int Terms = 200;

    /// <summary>Values of one IN.</summary>
    public const int InList = 500;

    /// <summary>Steps of one JSONPath.</summary>
    public const int PathSteps = 32;
}
