using System.Buffers;
using System.Text.Json;
using Reprocessing.Domain.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>A whole entry a line.</summary>
internal sealed class JsonLinesFormat : IExportFormat
{
    public const string Name = "jsonl";

    public const string MediaTypeName = "application/x-ndjson";

    public string MediaType => $"{MediaTypeName}; charset=utf-8";

    public string Extension => Name;

    public void WriteHead(IBufferWriter<byte> output)
    {
        // The first line is an entry.
    }

    public void Write(IBufferWriter<byte> output, DeadLetterEntry entry)
    {
        output.Write(JsonSerializer.SerializeToUtf8Bytes(entry, AppJson.Answers));
        output.Write("\n"u8);
    }
}
