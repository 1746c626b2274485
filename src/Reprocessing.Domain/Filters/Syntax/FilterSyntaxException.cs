namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>Leaves the parser from any depth; caught where parsing began, never seen outside.</summary>
internal sealed class FilterSyntaxException(FilterError error) : Exception(error.Message)
{
    public FilterSyntaxException(FilterErrorKind kind, int column, string message)
        : this(new FilterError(kind, column, message))
    {
    }

    public FilterError Error { get; } = error;
}
