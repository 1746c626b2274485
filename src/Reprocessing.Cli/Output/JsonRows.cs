using System.Text.Json;

namespace Reprocessing.Cli.Output;

/// <summary>One JSON array, an item a line, whole.</summary>
internal sealed class JsonRows(TextWriter output) : IRowWriter
{
    private bool _hasItems;

    public void Begin(IReadOnlyList<Column> columns) => output.Write("[");

    public void Write(JsonElement item)
    {
        output.Write($"{(_hasItems ? "," : string.Empty)}\n  {JsonText.OneLine(item)}");
        _hasItems = true;
    }

    public void End() => output.Write(_hasItems ? "\n]\n" : "]\n");
}
