using System.Globalization;
using System.Text;
using Embedded.DataTables.Entities;

namespace Embedded.DataTables.Filters;

/// <summary>A value as a filter's text. https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities</summary>
internal static class FilterLiteral
{
    /// <returns>Null for a type that a filter cannot hold.</returns>
    public static string? Of(object? value) => value switch
    {
        null => "null",
        string text => Text(text),
        char letter => Text(letter.ToString()),
        StringBuilder text => Text(text.ToString()),
        bool flag => flag ? "true" : "false",
        long number => Invariant(number) + "L",
        ulong number => Invariant(number) + "L",
        double number => EdmText.SpecialDouble(number) ?? Real(number),
        float number => EdmText.SpecialDouble(number) ?? Real(number),
        int or short or ushort or byte or sbyte or uint or decimal => Invariant((IFormattable)value),
        Guid id => $"guid'{id}'",
        DateTimeOffset time => $"datetime'{EdmText.Time(time)}'",
        DateTime time => $"datetime'{EdmText.Time(time.ToUniversalTime())}'",
        byte[] bytes => $"X'{Convert.ToHexStringLower(bytes)}'",
        BinaryData data => $"X'{Convert.ToHexStringLower(data.ToMemory().Span)}'",
        _ => null,
    };

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>A whole double needs its fraction, or the service takes it for an Int32.</summary>
    private static string Real(IFormattable number)
    {
        var text = Invariant(number);
        return text.AsSpan().ContainsAny(".eE") ? text : text + ".0";
    }
}
