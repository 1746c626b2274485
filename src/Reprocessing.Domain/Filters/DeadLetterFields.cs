using Field = Reprocessing.Domain.Filters.FieldsOf<Reprocessing.Domain.DeadLetters.DeadLetterEntry>;

namespace Reprocessing.Domain.Filters;

/// <summary>The payload of a dead letter is its order's input.</summary>
public static class DeadLetterFields
{
    /// <summary>Stands for an entry without a resolution.</summary>
    public const string Unresolved = "unresolved";

    public static FilterField ErrorType { get; } = Field.Choice<ErrorType>("errorType", entry => entry.ErrorType);

    public static FilterField FailureStatus { get; } =
        Field.Choice("failureStatus", entry => entry.FinalFailureStatus, () => FailureStatuses.Names, "status", "finalFailureStatus");

    public static FilterField FailedAt { get; } = Field.Time("failedAt", entry => entry.FailedAt);

    public static FilterField MovedAt { get; } = Field.Time("movedAt", entry => entry.MovedToQueueAt, "movedToQueueAt");

    public static FilterField CustomerId { get; } = Field.Text("customerId", entry => entry.CustomerId, "customer");

    public static FilterField Fingerprint { get; } = Field.Text("fingerprint", entry => entry.Fingerprint, "group");

    public static FilterField OrderId { get; } = Field.Text("orderId", entry => entry.OrderId, "id");

    public static FilterField Resolution { get; } = Field.Choice(
        "resolution",
        entry => entry.Resolution is { } resolution ? EnumNames.Of(resolution) : Unresolved,
        [Unresolved, .. EnumNames.All<DeadLetterResolution>()]);

    public static FieldCatalog Catalog { get; } = new(
        "dead letters",
        [
            ErrorType,
            FailureStatus,
            Field.Text("reason", entry => entry.FinalFailureReason, "finalFailureReason"),
            FailedAt,
            MovedAt,
            new("age", FieldKind.Duration) { Since = MovedAt },
            Field.Number("failureCount", FailuresOf, "failures"),
            Field.Number("retryCount", entry => entry.TotalRetryAttempts, "totalRetryAttempts"),
            Field.Number("reopenCount", entry => entry.ReopenCount),
            CustomerId,
            Field.Choice<Priority>("priority", entry => entry.OrderSnapshot.Priority),
            Fingerprint,
            OrderId,
            Resolution,
            Field.Search(TextsOf),
        ]);

    /// <summary>An entry of an older schema may have no history; then its retry count tells how often it failed.</summary>
    private static int FailuresOf(DeadLetterEntry entry) =>
        entry.RetryHistory.Count > 0 ? entry.RetryHistory.Count(attempt => attempt.Failure is not null) : entry.TotalRetryAttempts + 1;

    private static IEnumerable<string?> TextsOf(DeadLetterEntry entry) =>
    [
        entry.OrderId,
        entry.CustomerId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        EnumNames.Of(entry.ErrorType),
        entry.OriginalWorkflowId,
        entry.OrderSnapshot.ShippingCity,
        entry.OrderSnapshot.ShippingState,
        entry.ResolvedBy,
        .. entry.Notes.Select(note => $"{note.Text}\n{note.Author}"),
    ];
}
