namespace Reprocessing.Domain.Notifications;

/// <summary>A message to an external service. The type says which one of its parts is set.</summary>
/// <param name="At">When it happened, not when it is sent.</param>
public sealed record Notification(string Id, string Type, DateTimeOffset At, EscalatedDeadLetter? DeadLetter = null, AlertState? Alert = null)
{
    public const string EscalatedType = "dead_letter.escalated";
    public const string RaisedType = "alert.raised";
    public const string ClearedType = "alert.cleared";

    public static Notification Escalated(DeadLetterEntry entry) => new(
        DeliveryIds.OfEscalation(entry.OrderId, entry.ReopenCount),
        EscalatedType,
        entry.ResolvedAt ?? throw new ArgumentException($"The dead letter of order {entry.OrderId} is open.", nameof(entry)),
        EscalatedDeadLetter.Of(entry));

    public static Notification Of(AlertState alert) => new(
        DeliveryIds.OfAlert(alert.Id, EnumNames.Of(alert.State), alert.Since), alert.IsRaised ? RaisedType : ClearedType, alert.Since, Alert: alert);
}

/// <summary>What the receiver of an escalated dead letter needs first; the attempts can be read by the order's id.</summary>
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
