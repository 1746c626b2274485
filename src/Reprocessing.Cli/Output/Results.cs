namespace Reprocessing.Cli.Output;

/// <summary>Writes a command's results to stdout in the chosen format.</summary>
internal sealed class Results(OutputFormat format, HostEnvironment host)
{
    public OutputFormat Format { get; } = format;

    public bool IsTable => Format == OutputFormat.Table;

    public async Task ListAsync(IReadOnlyList<Column> columns, IAsyncEnumerable<JsonElement> items, CancellationToken cancellationToken)
    {
        var writer = Begin(columns);
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            writer.Write(item);
        }

        writer.End();
    }

    public void List(IReadOnlyList<Column> columns, IEnumerable<JsonElement> items)
    {
        var writer = Begin(columns);
        foreach (var item in items)
        {
            writer.Write(item);
        }

        writer.End();
    }

    /// <summary>One item: a line for each field to a person, complete to a program.</summary>
    public void One(JsonElement item, IReadOnlyList<Column> fields)
    {
        switch (Format)
        {
            case OutputFormat.Json:
                host.Out.Write(JsonText.Pretty(item) + "\n");
                break;
            case OutputFormat.Table:
                Card(item, fields);
                break;
            default:
                List(fields, [item]);
                break;
        }
    }

    public void Heading(string text) => host.Out.Write($"\n{SafeText.Of(text)}\n");

    public void Text(string lines) => host.Out.Write(SafeText.OfLines(lines));

    private void Card(JsonElement item, IReadOnlyList<Column> fields)
    {
        var lines = fields.Select(field => (Name: field.Heading, Text: SafeText.Of(field.Show(item)))).Where(line => line.Text.Length > 0).ToList();
        var width = lines.Count == 0 ? 0 : lines.Max(line => line.Name.GetCellWidth());
        foreach (var (name, text) in lines)
        {
            host.Out.Write($"{name.PadRight(width)}  {text}\n");
        }
    }

    private IRowWriter Begin(IReadOnlyList<Column> columns)
    {
        IRowWriter writer = Format switch
        {
            OutputFormat.Json => new JsonRows(host.Out),
            OutputFormat.Ndjson => new NdjsonRows(host.Out),
            OutputFormat.Csv => new CsvRows(columns, host.Out),
            _ => new TableRows(columns, host),
        };
        writer.Begin();
        return writer;
    }
}

internal enum OutputFormat
{
    Table,
    Json,
    Ndjson,
    Csv,
}
