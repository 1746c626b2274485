namespace Reprocessing.Domain.Imports;

/// <summary>The header row of a CSV of orders: what each field of a record means.</summary>
public sealed class CsvHeader
{
    /// <summary>A header is kept with its import.</summary>
    public const int MaxBytes = 16 * 1024;

    private CsvHeader(IReadOnlyList<string> columns) => Columns = columns;

    /// <summary>Known ones by their own names, others as they are written.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <returns>The header, or what is wrong with it, as a sentence.</returns>
    public static (CsvHeader? Header, string? Problem) Read(RawRecord? record)
    {
        if (record is null)
        {
            return (null, "There is no header row.");
        }

        if (record.Fault is not null || record.Content.Length > MaxBytes || RecordText.Decode(record.Content.Span) is not { } text)
        {
            return (null, $"The header row cannot be read: it must be well-formed CSV in UTF-8 of at most {MaxBytes} bytes.");
        }

        var names = CsvText.Split(text);
        List<string> columns = [.. names.Select(name => ImportColumns.Find(name) ?? name.Trim())];
        return Problem(columns) is { } problem ? (null, problem) : (new CsvHeader(columns), null);
    }

    private static string? Problem(List<string> columns)
    {
        foreach (var (index, column) in columns.Index())
        {
            if (column.Split('.').Any(string.IsNullOrWhiteSpace))
            {
                return $"Column {index + 1} of the header has no name.";
            }

            if (columns.IndexOf(column) < index)
            {
                return $"The header names the column '{column}' twice.";
            }

            if (columns.Find(other => other.StartsWith(column + ".", StringComparison.Ordinal)) is { } below)
            {
                return $"The header names both '{column}' and '{below}', which is a part of it.";
            }
        }

        return columns.Contains(ImportColumns.Items) && columns.Exists(column => column.StartsWith("item.", StringComparison.Ordinal))
            ? $"The header names both '{ImportColumns.Items}' and columns of a single item."
            : !columns.Contains(ImportColumns.OrderId) ? $"The header does not name the column '{ImportColumns.OrderId}'."
            : null;
    }
}
