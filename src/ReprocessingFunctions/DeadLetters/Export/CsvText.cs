using System.Buffers;
using System.Globalization;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>Fields by RFC 4180.</summary>
internal static class CsvText
{
    public const string EndOfRecord = "\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Also in their full-width forms, which spreadsheets take for the same.</summary>
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@＝＋－＠");

    public static string Field(object? value) => value switch
    {
        null => string.Empty,
        string text => Quote(Guard(text)),
        DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => Quote(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no field.", nameof(value)),
    };

    /// <summary>
    /// Reasons and ids come from outside, and a spreadsheet that opens the file works out what begins like a formula, some passing
    /// over blanks before it. Behind an apostrophe it is a text.
    /// </summary>
    private static string Guard(string text) =>
        text.AsSpan().TrimStart() is [var first, ..] && (Formulas.Contains(first) || text[0] is '\t' or '\r' or '\n') ? "'" + text : text;

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
