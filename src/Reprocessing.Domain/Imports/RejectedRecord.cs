using System.Text.Unicode;

namespace Reprocessing.Domain.Imports;

public sealed record RejectedRecord(long Line, RejectReason Reason, string Message, string Raw, string? OrderId = null)
{
    /// <summary>Some messages repeat content of the record.</summary>
    public const int MaxMessage = 4_000;

    public static RejectedRecord Of(long line, Rejection rejection, string raw) => new(
        line,
        rejection.Reason,
        RecordText.Cut(rejection.Message, MaxMessage),
        raw,
        rejection.OrderId is { } orderId ? RecordText.Cut(orderId, RecordText.MaxShown) : null);
}

public sealed record Rejection(RejectReason Reason, string Message, string? OrderId = null);

[JsonConverter(typeof(EnumNameConverter<RejectReason>))]
public enum RejectReason
{
    UnterminatedQuote,
    MalformedQuote,
    RecordTooLarge,
    InvalidUtf8,
    InvalidJson,
    WrongFieldCount,
    InvalidOrder,

    /// <summary>An order with this id but other content exists.</summary>
    Conflict,
}

public static class RecordText
{
    public const int MaxShown = 500;

    /// <summary>Null when the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    // A character has at most four bytes.
    public static string Show(ReadOnlySpan<byte> bytes) => Cut(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxShown * 4)]), MaxShown);

    /// <summary>Never cuts a surrogate pair.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
