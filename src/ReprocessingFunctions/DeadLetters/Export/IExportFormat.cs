using System.Buffers;
using Reprocessing.Domain.DeadLetters;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>How entries are written into a file.</summary>
internal interface IExportFormat
{
    string MediaType { get; }

    string Extension { get; }

    void WriteHead(IBufferWriter<byte> output);

    void Write(IBufferWriter<byte> output, DeadLetterEntry entry);
}
