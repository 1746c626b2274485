namespace Reprocessing.Domain.Imports;

/// <param name="Line">Where the record begins, from 1.</param>
/// <param name="Raw">Its first characters.</param>
/// <param name="OrderId">Where the record says it.</param>
public sealed record RejectedRecord(long Line, RejectReason Reason, string Message, string Raw, string? OrderId = null)
{
    /// <summary>Characters: some messages repeat what the record says.</summary>
    public const int MaxMessage = 4_000;

    /// <summary>Of bounded size, whatever the record says.</summary>
    public static RejectedRecord Of(long line, Rejection rejection, string raw) => new(
        line,
        rejection.Reason,
        RecordText.Cut(rejection.Message, MaxMessage),
        raw,
        rejection.OrderId is { } orderId ? RecordText.Cut(orderId, RecordText.MaxShown) : null);
}

/// <param name="Message">A sentence for people.</param>
/// <param name="OrderId">Where the record says it.</param>
public sealed record Rejection(RejectReason Reason, string Message, string? OrderId = null);

/// <summary>Why a record was not stored.</summary>
[JsonConverter(typeof(EnumNameConverter<RejectReason>))]
public enum RejectReason
{
    /// <summary>A quote opens a field and none closes it, to the end of the input or within the limit of a record.</summary>
    UnterminatedQuote,

    /// <summary>A quote stands within an unquoted field, or text follows the quote that closes one.</summary>
    MalformedQuote,

    RecordTooLarge,
    InvalidUtf8,

    /// <summary>The line is no JSON object, or a column that holds JSON does not.</summary>
    InvalidJson,

    /// <summary>More or fewer fields than the header has.</summary>
    WrongFieldCount,

    /// <summary>A value is of the wrong type or breaks a rule for orders.</summary>
    InvalidOrder,

    /// <summary>An order of this id is there with other content.</summary>
    Conflict,
}

/// <summary>The bytes of a record as text.</summary>
public static class RecordText
{
    /// <summary>Characters of a rejected record that are kept, to know it by.</summary>
    public const int MaxShown = 500;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What is shown of a rejected record, whatever its bytes are.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        // Four bytes a character at most: more need not be decoded.
        return Cut(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxShown * 4)]), MaxShown);
    }

    /// <summary>The first characters, none of them in halves.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
