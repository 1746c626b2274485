using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Notices;

/// <summary>What is told of an escalated dead letter: what whoever takes it over needs first. The attempts stay here, to be read by the order's id.</summary>
public sealed record EscalatedDeadLetter(
    string OrderId,
    string CustomerId,
    string OriginalWorkflowId,
    string FinalFailureStatus,
    string FinalFailureReason,
    ErrorType ErrorType,
    string Fingerprint,
    DateTimeOffset FailedAt,
    DateTimeOffset MovedToQueueAt,
    int TotalRetryAttempts,
    int ReopenCount,
    OrderSnapshot OrderSnapshot)
{
    /// <summary>Who escalated it.</summary>
    public string? ResolvedBy { get; init; }

    public IReadOnlyList<DeadLetterNote> Notes { get; init; } = [];

    public static EscalatedDeadLetter Of(DeadLetterEntry entry) => new(
        entry.OrderId,
        entry.CustomerId,
        entry.OriginalWorkflowId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        entry.ErrorType,
        entry.Fingerprint,
        entry.FailedAt,
        entry.MovedToQueueAt,
        entry.TotalRetryAttempts,
        entry.ReopenCount,
        entry.OrderSnapshot)
    {
        ResolvedBy = entry.ResolvedBy,
        Notes = entry.Notes,
    };
}
