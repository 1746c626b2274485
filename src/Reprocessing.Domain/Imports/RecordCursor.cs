namespace Reprocessing.Domain.Imports;

/// <summary>Where a record begins, so that a reader can start there.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Line">Of its first line, from 1.</param>
public sealed record RecordCursor(long Offset, long Line)
{
    public static RecordCursor Start { get; } = new(0, 1);
}
