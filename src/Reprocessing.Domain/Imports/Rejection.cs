namespace Reprocessing.Domain.Imports;

/// <param name="Message">A sentence for people.</param>
/// <param name="OrderId">Where the record says it.</param>
public sealed record Rejection(RejectReason Reason, string Message, string? OrderId = null);
