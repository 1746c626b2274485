namespace Reprocessing.Domain.Imports;

/// <summary>What the scanner found at the beginning of the bytes it was shown.</summary>
/// <param name="Length">Bytes of the record without its line end.</param>
/// <param name="Consumed">Bytes with the line end.</param>
/// <param name="Lines">Line ends among them.</param>
/// <param name="Fault">Set when the first line is to be rejected; what follows it is another record.</param>
internal readonly record struct RecordScan(int Length, int Consumed, int Lines, RejectReason? Fault)
{
    /// <summary>More bytes are needed to tell.</summary>
    public static RecordScan NeedsMore { get; } = new(0, -1, 0, null);

    /// <summary>The first line is longer than a record may be, and its end is not in sight.</summary>
    public static RecordScan EndlessLine { get; } = new(0, -2, 0, RejectReason.RecordTooLarge);
}
