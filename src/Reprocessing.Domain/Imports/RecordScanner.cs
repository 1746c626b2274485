namespace Reprocessing.Domain.Imports;

/// <summary>Finds the end of the first record, by the bytes alone and not by how many more are buffered.</summary>
/// <remarks>
/// A wrong quote costs one line. If the record went on until its quotes were balanced, one stray quote would invert the quoting
/// of all later lines; so only the first line is rejected, and the next line is a new record.
/// <code>
/// record = field *("," field) (LF / CRLF / end)
/// field  = %x22 *(any but %x22 / 2%x22) %x22 / *(any but %x22, comma, LF)
/// </code>
/// </remarks>
internal static class RecordScanner
{
    private const byte Quote = (byte)'"';
    private const byte Comma = (byte)',';
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';

    private enum Place
    {
        FieldStart,
        Plain,
        Quoted,

        /// <summary>After a quote in a quoted field: the end of the field, or the first of a doubled quote.</summary>
        AfterQuote,
    }

    public static RecordScan Scan(ReadOnlySpan<byte> bytes, ImportFormat format, bool isEnd, int limit) =>
        format == ImportFormat.Csv ? ScanCsv(bytes, isEnd, limit) : ScanLine(bytes, isEnd, limit, RejectReason.RecordTooLarge);

    private static RecordScan ScanCsv(ReadOnlySpan<byte> bytes, bool isEnd, int limit)
    {
        var (place, lines) = (Place.FieldStart, 0);
        var seen = Math.Min(bytes.Length, limit + 1);
        for (var index = 0; index < seen; index++)
        {
            var letter = bytes[index];
            if (letter == Lf && place != Place.Quoted)
            {
                return Ended(bytes, index, lines);
            }

            if (place == Place.AfterQuote && letter == Cr && IsLineEnd(bytes[(index + 1)..], isEnd) is var lineEnd and not false)
            {
                if (lineEnd is null)
                {
                    return RecordScan.NeedsMore;
                }

                continue;
            }

            lines += letter == Lf ? 1 : 0;
            if (Next(place, letter) is not { } next)
            {
                return Reject(bytes, isEnd, limit, RejectReason.MalformedQuote);
            }

            place = next;
        }

        var fault = place == Place.Quoted ? RejectReason.UnterminatedQuote : RejectReason.RecordTooLarge;
        return bytes.Length > limit ? Reject(bytes, isEnd, limit, fault)
            : !isEnd ? RecordScan.NeedsMore
            : place == Place.Quoted ? Reject(bytes, isEnd, limit, fault)
            : Last(bytes, lines);
    }

    /// <summary>Whether a line feed follows a carriage return; null when that byte is not there yet.</summary>
    private static bool? IsLineEnd(ReadOnlySpan<byte> rest, bool isEnd) => rest is [var next, ..] ? next == Lf : isEnd ? true : null;

    private static Place? Next(Place place, byte letter) => (place, letter) switch
    {
        (Place.Quoted, Quote) => Place.AfterQuote,
        (Place.Quoted, _) => Place.Quoted,
        (Place.AfterQuote, Quote) => Place.Quoted,
        (Place.FieldStart, Quote) => Place.Quoted,
        (_, Comma) => Place.FieldStart,
        (Place.AfterQuote, _) or (Place.Plain, Quote) => null,
        _ => Place.Plain,
    };

    private static RecordScan Reject(ReadOnlySpan<byte> bytes, bool isEnd, int limit, RejectReason fault) =>
        ScanLine(bytes, isEnd, limit, fault) with { Fault = fault };

    private static RecordScan ScanLine(ReadOnlySpan<byte> bytes, bool isEnd, int limit, RejectReason whenTooLong)
    {
        var end = bytes[..Math.Min(bytes.Length, limit + 1)].IndexOf(Lf);
        return end >= 0 ? Ended(bytes, end, lines: 0)
            : bytes.Length > limit ? RecordScan.EndlessLine with { Fault = whenTooLong }
            : isEnd ? Last(bytes, lines: 0)
            : RecordScan.NeedsMore;
    }

    /// <summary>The last record needs no line end and may have half of one.</summary>
    private static RecordScan Last(ReadOnlySpan<byte> bytes, int lines) =>
        new(bytes is [.., Cr] ? bytes.Length - 1 : bytes.Length, bytes.Length, lines, null);

    private static RecordScan Ended(ReadOnlySpan<byte> bytes, int end, int lines) =>
        new(end > 0 && bytes[end - 1] == Cr ? end - 1 : end, end + 1, lines + 1, null);
}

/// <param name="Length">Bytes without the line end.</param>
/// <param name="Consumed">Bytes with the line end.</param>
internal readonly record struct RecordScan(int Length, int Consumed, int Lines, RejectReason? Fault)
{
    public static RecordScan NeedsMore { get; } = new(0, -1, 0, null);

    /// <summary>The first line is longer than a record may be, and its end is not buffered.</summary>
    public static RecordScan EndlessLine { get; } = new(0, -2, 0, RejectReason.RecordTooLarge);
}
