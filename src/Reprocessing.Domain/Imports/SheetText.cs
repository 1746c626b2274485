using System.Buffers;

namespace Reprocessing.Domain.Imports;

/// <summary>Texts for files that people open with a spreadsheet and that no import reads back.</summary>
public static class SheetText
{
    /// <summary>Also in their full-width forms, which spreadsheets take for the same.</summary>
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@＝＋－＠");

    /// <summary>
    /// Reasons and ids come from outside, and a spreadsheet that opens the file works out what begins like a formula, some passing
    /// over blanks before it. Behind an apostrophe it is a text.
    /// </summary>
    public static string Guard(string text) =>
        text.AsSpan().TrimStart() is [var first, ..] && (Formulas.Contains(first) || text[0] is '\t' or '\r' or '\n') ? "'" + text : text;
}
