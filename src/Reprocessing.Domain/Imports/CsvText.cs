namespace Reprocessing.Domain.Imports;

/// <summary>
/// Splits and joins the fields of a CSV record. Texts come from outside, and a spreadsheet evaluates one that begins like a formula, even after
/// blanks: in every CSV that leaves, a leading apostrophe makes it text, and reading takes that apostrophe away again.
/// </summary>
public static class CsvText
{
    public const string LineEnd = "\r\n";

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    /// <summary>Spreadsheets treat the full-width forms alike.</summary>
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@＝＋－＠");

    /// <param name="record">From <see cref="RecordReader"/>, which has checked the quotes.</param>
    public static IReadOnlyList<string> Split(string record)
    {
        List<string> fields = [];
        for (var at = 0; ; at++)
        {
            (var field, at) = at < record.Length && record[at] == '"' ? Quoted(record, at + 1) : Plain(record, at);
            fields.Add(field is ['\'', .. var text] && IsFormula(text) ? text : field);
            if (at >= record.Length)
            {
                return fields;
            }
        }
    }

    public static string Join(IEnumerable<string?> fields) =>
        string.Join(',', fields.Select((field, index) => Quote(Guard(field ?? string.Empty), isFirst: index == 0))) + LineEnd;

    /// <remarks>An empty first field is quoted: alone it would be a blank line.</remarks>
    private static string Quote(string field, bool isFirst) =>
        field.AsSpan().ContainsAny(NeedQuotes) || (isFirst && field.Length == 0)
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;

    private static string Guard(string field) => IsFormula(field) ? "'" + field : field;

    /// <summary>Also behind apostrophes: else the reader would take one away that was there before.</summary>
    private static bool IsFormula(string field) =>
        field.TrimStart('\'') is var text && text.AsSpan().TrimStart() is [var first, ..] && (Formulas.Contains(first) || text[0] is '\t' or '\r' or '\n');

    private static (string Field, int Next) Plain(string record, int at)
    {
        var comma = record.IndexOf(',', at);
        return comma < 0 ? (record[at..], record.Length) : (record[at..comma], comma);
    }

    private static (string Field, int Next) Quoted(string record, int at)
    {
        var field = new StringBuilder();
        while (true)
        {
            var quote = record.IndexOf('"', at);
            if (quote < 0)
            {
                throw new FormatException("A quoted field does not end.");
            }

            field.Append(record, at, quote - at);
            if (quote + 1 >= record.Length || record[quote + 1] != '"')
            {
                return (field.ToString(), quote + 1);
            }

            field.Append('"');
            at = quote + 2;
        }
    }
}
