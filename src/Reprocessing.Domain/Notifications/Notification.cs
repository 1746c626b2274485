namespace Reprocessing.Domain.Notifications;

/// <summary>A message to an external service. The type says which one of its parts is set.</summary>
/// <param name="Id">See <see cref="DeliveryIds"/>.</param>
/// <param name="At">When it happened, not when it is sent.</param>
public sealed record Notification(string Id, string Type, DateTimeOffset At)
{
    public const string EscalatedType = "dead_letter.escalated";
    public const string RaisedType = "alert.raised";
    public const string ClearedType = "alert.cleared";

    public EscalatedDeadLetter? DeadLetter { get; init; }

    public AlertState? Alert { get; init; }

    public static Notification Escalated(DeadLetterEntry entry)
    {
        var resolvedAt = entry.ResolvedAt ?? throw new ArgumentException($"The dead letter of order {entry.OrderId} is open.", nameof(entry));
        return new(DeliveryIds.OfEscalation(entry.OrderId, entry.ReopenCount), EscalatedType, resolvedAt)
        {
            DeadLetter = EscalatedDeadLetter.Of(entry),
        };
    }

    /// <param name="alert">As it was stored when it was raised or cleared.</param>
    public static Notification Of(AlertState alert) =>
        new(DeliveryIds.OfAlert(alert.Id, EnumNames.Of(alert.State), alert.Since), alert.IsRaised ? RaisedType : ClearedType, alert.Since)
        {
            Alert = alert,
        };
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
