using System.Text.Encodings.Web;

namespace Reprocessing.Cli.Output;

internal interface IRowWriter
{
    void Begin()
    {
    }

    void Write(JsonElement item);

    void End()
    {
    }
}

/// <summary>One JSON array, an item a line, whole.</summary>
internal sealed class JsonRows(TextWriter output) : IRowWriter
{
    private bool _hasItems;

    public void Begin() => output.Write("[");

    public void Write(JsonElement item)
    {
        output.Write($"{(_hasItems ? "," : string.Empty)}\n  {JsonText.OneLine(item)}");
        _hasItems = true;
    }

    public void End() => output.Write(_hasItems ? "\n]\n" : "]\n");
}

internal sealed class NdjsonRows(TextWriter output) : IRowWriter
{
    public void Write(JsonElement item) => output.Write(JsonText.OneLine(item) + "\n");
}

/// <summary>RFC 4180 with a header row.</summary>
internal sealed class CsvRows(IReadOnlyList<Column> columns, TextWriter output) : IRowWriter
{
    public void Begin() => output.Write(CsvText.Join(columns.Select(column => column.Name)));

    public void Write(JsonElement item) => output.Write(CsvText.Join(columns.Select(column => SafeText.OfLines(column.Read(item)))));
}

/// <summary>Responses as they came, with control characters escaped.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true, NewLine = "\n" };

    public static string OneLine(JsonElement json) => SafeText.OfLines(JsonSerializer.Serialize(json, Line));

    public static string Pretty(JsonElement json) => SafeText.OfLines(JsonSerializer.Serialize(json, Indented));
}
