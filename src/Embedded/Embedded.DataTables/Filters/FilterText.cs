using System.Globalization;

namespace Embedded.DataTables.Filters;

internal static class FilterText
{
    public static string Create(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var literals = new object?[filter.ArgumentCount];
        for (var i = 0; i < literals.Length; i++)
        {
            literals[i] = FilterLiteral.Of(filter.GetArgument(i))
                ?? throw new ArgumentException($"Unable to convert argument {i} from type {filter.GetArgument(i)?.GetType()} to an OData literal.");
        }

        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }
}
