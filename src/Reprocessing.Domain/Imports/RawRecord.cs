namespace Reprocessing.Domain.Imports;

/// <summary>A record as it stands in the input, without the line end.</summary>
/// <param name="At">Its place; the line is the one that a reject names.</param>
/// <param name="Next">The place after it.</param>
/// <param name="Content">The bytes; of a record that is at fault no more than what is worth showing.</param>
/// <param name="Fault">What keeps it from being a record at all; null when it is one.</param>
public sealed record RawRecord(RecordCursor At, RecordCursor Next, ReadOnlyMemory<byte> Content, RejectReason? Fault);
