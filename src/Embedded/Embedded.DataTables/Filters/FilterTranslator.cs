using System.Linq.Expressions;

namespace Embedded.DataTables.Filters;

/// <summary>
/// A C# predicate as a filter's text. What the service cannot do (functions, arithmetic, comparing two columns) is refused here
/// rather than answered wrongly there.
/// </summary>
internal static class FilterTranslator
{
    /// <returns>Null where every row matches.</returns>
    public static string? Translate(LambdaExpression filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var text = new PredicateWriter(filter.Parameters[0]).Write(filter.Body);
        return text == "true" ? null : text;
    }
}
