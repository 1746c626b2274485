using System.Globalization;

namespace Embedded.DataTables.Protocol;

internal static class QueryText
{
    public static string Create(string? filter, int? top, IEnumerable<string>? select)
    {
        var parts = new List<string>(3);
        if (!string.IsNullOrEmpty(filter))
        {
            parts.Add("$filter=" + Uri.EscapeDataString(filter));
        }

        if (top is { } count)
        {
            parts.Add("$top=" + count.ToString(CultureInfo.InvariantCulture));
        }

        if (select is not null)
        {
            parts.Add("$select=" + Uri.EscapeDataString(string.Join(',', select)));
        }

        return string.Join('&', parts);
    }
}
