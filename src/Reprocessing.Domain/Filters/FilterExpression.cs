using Reprocessing.Domain.Filters.Syntax;

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

    public override string ToString() => Printer.Print(Root);
}
