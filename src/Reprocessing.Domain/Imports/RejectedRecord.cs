namespace Reprocessing.Domain.Imports;

/// <param name="Line">Where the record begins, from 1.</param>
/// <param name="Raw">Its first characters.</param>
/// <param name="OrderId">Where the record says it.</param>
public sealed record RejectedRecord(long Line, RejectReason Reason, string Message, string Raw, string? OrderId = null);
