namespace Reprocessing.Domain.Filters;

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
