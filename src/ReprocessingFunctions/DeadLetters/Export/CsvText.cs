using System.Buffers;
using System.Globalization;
using Reprocessing.Domain.Imports;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>Fields by RFC 4180.</summary>
internal static class CsvText
{
    public const string EndOfRecord = "\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static string Field(object? value) => value switch
    {
        null => string.Empty,
        string text => Quote(CsvInjectionGuard.Escape(text)),
        DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => Quote(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no field.", nameof(value)),
    };

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
