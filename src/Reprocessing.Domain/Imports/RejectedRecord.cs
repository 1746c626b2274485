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
