using System.Globalization;
using System.Text.Json;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Imports;

namespace Reprocessing.Cli.Output;

/// <summary>RFC 4180 with a header row, guarded against formulas as the app's own exports are.</summary>
internal sealed class CsvRows(TextWriter output) : IRowWriter
{
    private IReadOnlyList<Column> _columns = [];

    public void Begin(IReadOnlyList<Column> columns)
    {
        _columns = columns;
        output.Write(CsvText.Join(columns.Select(column => column.Name)));
    }

    public void Write(JsonElement item) => output.Write(CsvText.Join(_columns.Select(column => Field(item, column))));

    public void End()
    {
        // Each record has its own end.
    }

    private static string Field(JsonElement item, Column column)
    {
        var text = column.Read(item);
        // A number is none that a spreadsheet has to be kept from.
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? text
            : SheetText.Guard(SafeText.OfLines(text));
    }
}
