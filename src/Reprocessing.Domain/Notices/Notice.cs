using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Runs;

namespace Reprocessing.Domain.Notices;

/// <summary>Something that people outside are to hear of: exactly one of its parts is set, and its type says which.</summary>
/// <param name="Id">Follows from what is told: see <see cref="DeliveryIds"/>.</param>
/// <param name="At">When it happened, not when it is told.</param>
public sealed record Notice(string Id, string Type, DateTimeOffset At)
{
    public const string EscalatedType = "dead_letter.escalated";
    public const string AlertType = "run.alert";

    public EscalatedDeadLetter? DeadLetter { get; init; }

    public RaisedAlert? Alert { get; init; }

    /// <param name="entry">As it is stored with its resolution.</param>
    /// <exception cref="ArgumentException">The entry is not resolved.</exception>
    public static Notice Escalated(DeadLetterEntry entry)
    {
        var resolvedAt = entry.ResolvedAt ?? throw new ArgumentException($"The dead letter of order {entry.OrderId} is open.", nameof(entry));
        return new(DeliveryIds.OfEscalation(entry.OrderId, entry.ReopenCount), EscalatedType, resolvedAt)
        {
            DeadLetter = EscalatedDeadLetter.Of(entry),
        };
    }

    public static Notice Of(string runId, Alert alert, DateTimeOffset at) =>
        new(DeliveryIds.OfAlert(runId, StableNames.Of(alert.Kind)), AlertType, at)
        {
            Alert = new(runId, alert.Kind, alert.Value, alert.Threshold, alert.Message),
        };
}

/// <param name="Value">What was measured.</param>
/// <param name="Threshold">What it passed.</param>
public sealed record RaisedAlert(string RunId, AlertKind Kind, double Value, double Threshold, string Message);

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
