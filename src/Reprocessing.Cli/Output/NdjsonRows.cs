using System.Text.Json;

namespace Reprocessing.Cli.Output;

/// <summary>An item a line, whole.</summary>
internal sealed class NdjsonRows(TextWriter output) : IRowWriter
{
    public void Begin(IReadOnlyList<Column> columns)
    {
        // The first line is an item.
    }

    public void Write(JsonElement item) => output.Write(JsonText.OneLine(item) + "\n");

    public void End()
    {
        // The last line is an item.
    }
}
