namespace Reprocessing.Domain.Imports;

/// <summary>Splits and joins the fields of a CSV record.</summary>
public static class CsvText
{
    public const string LineEnd = "\r\n";

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    /// <param name="record">From <see cref="RecordReader"/>, which has checked the quotes.</param>
    public static IReadOnlyList<string> Split(string record)
    {
        List<string> fields = [];
        var at = 0;
        while (true)
        {
            var (field, next) = at < record.Length && record[at] == '"' ? Quoted(record, at + 1) : Plain(record, at);
            fields.Add(field);
            if (next >= record.Length)
            {
                return fields;
            }

            at = next + 1;
        }
    }

    /// <summary>With its line end.</summary>
    public static string Join(IEnumerable<string?> fields)
    {
        var record = new StringBuilder();
        foreach (var field in fields)
        {
            record.Append(record.Length > 0 ? "," : null).Append(Quote(field ?? string.Empty, isFirst: record.Length == 0));
        }

        return record.Append(LineEnd).ToString();
    }

    /// <remarks>
    /// An empty first field is quoted: a record of only that field would be a blank line, and <see cref="Join"/> could not tell that a field
    /// precedes the next one.
    /// </remarks>
    public static string Quote(string field, bool isFirst = false) =>
        field.AsSpan().ContainsAny(NeedQuotes) || (isFirst && field.Length == 0)
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;

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

/// <summary>Guards text in files that people open in a spreadsheet and that no import reads back.</summary>
public static class CsvInjectionGuard
{
    /// <summary>Spreadsheets treat the full-width forms alike.</summary>
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@＝＋－＠");

    /// <summary>
    /// Reasons and ids come from outside, and a spreadsheet evaluates text that begins like a formula, even after blanks. A leading
    /// apostrophe makes it text.
    /// </summary>
    public static string Escape(string text) =>
        text.AsSpan().TrimStart() is [var first, ..] && (Formulas.Contains(first) || text[0] is '\t' or '\r' or '\n') ? "'" + text : text;
}
