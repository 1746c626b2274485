using System.Text.Json;

namespace Reprocessing.Cli.Output;

/// <summary>Writes items as they come; how many there will be is not known.</summary>
internal interface IRowWriter
{
    void Begin(IReadOnlyList<Column> columns);

    void Write(JsonElement item);

    void End();
}
