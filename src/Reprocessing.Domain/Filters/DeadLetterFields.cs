using Reprocessing.Domain.DeadLetters;
using Field = Reprocessing.Domain.Filters.FilterField<Reprocessing.Domain.DeadLetters.DeadLetterEntry>;

namespace Reprocessing.Domain.Filters;

/// <summary>The fields of a dead letter that a filter may use.</summary>
public static class DeadLetterFields
{
    /// <summary>Stands for an entry without a resolution.</summary>
    public const string Unresolved = "unresolved";

    public static FilterField ErrorType { get; } = new Field("errorType", FieldKind.Choice, entry => FilterValue.Of(EnumNames.Of(entry.ErrorType)))
    {
        Choices = EnumNames.All<ErrorType>(),
    };

    public static FilterField FailureStatus { get; } = new Field("failureStatus", FieldKind.Choice, entry => FilterValue.Of(entry.FinalFailureStatus))
    {
        ChoicesNow = () => FailureStatuses.Names,
        Aliases = ["status", "finalFailureStatus"],
    };

    public static FilterField Reason { get; } = new Field("reason", FieldKind.Text, entry => FilterValue.Of(entry.FinalFailureReason))
    {
        Aliases = ["finalFailureReason"],
    };

    public static FilterField FailedAt { get; } = new Field("failedAt", FieldKind.Time, entry => FilterValue.Of(entry.FailedAt));

    public static FilterField MovedAt { get; } = new Field("movedAt", FieldKind.Time, entry => FilterValue.Of(entry.MovedToQueueAt)) { Aliases = ["movedToQueueAt"] };

    /// <summary>Time in the queue.</summary>
    public static FilterField Age { get; } = new("age", FieldKind.Duration) { Since = MovedAt };

    /// <summary>Failed attempts of all generations that are still known.</summary>
    public static FilterField FailureCount { get; } = new Field("failureCount", FieldKind.Number, entry => FilterValue.Of((decimal)FailuresOf(entry)))
    {
        Aliases = ["failures"],
    };

    public static FilterField RetryCount { get; } = new Field("retryCount", FieldKind.Number, entry => FilterValue.Of((decimal)entry.TotalRetryAttempts))
    {
        Aliases = ["totalRetryAttempts"],
    };

    public static FilterField ReopenCount { get; } = new Field("reopenCount", FieldKind.Number, entry => FilterValue.Of((decimal)entry.ReopenCount));

    public static FilterField CustomerId { get; } = new Field("customerId", FieldKind.Text, entry => FilterValue.Of(entry.CustomerId)) { Aliases = ["customer"] };

    public static FilterField Priority { get; } = new Field("priority", FieldKind.Choice, entry => FilterValue.Of(EnumNames.Of(entry.OrderSnapshot.Priority)))
    {
        Choices = EnumNames.All<Priority>(),
    };

    public static FilterField Fingerprint { get; } = new Field("fingerprint", FieldKind.Text, entry => FilterValue.Of(entry.Fingerprint)) { Aliases = ["group"] };

    public static FilterField OrderId { get; } = new Field("orderId", FieldKind.Text, entry => FilterValue.Of(entry.OrderId)) { Aliases = ["id"] };

    public static FilterField Resolution { get; } = new Field(
        "resolution", FieldKind.Choice, entry => FilterValue.Of(entry.Resolution is { } resolution ? EnumNames.Of(resolution) : Unresolved))
    {
        Choices = [Unresolved, "manual_retry", "cancelled", "escalated"],
    };

    /// <summary>All text of the entry that people write or read.</summary>
    public static FilterField Text { get; } = new Field("text", FieldKind.Search, entry => FilterValue.Of(TextOf(entry)));

    public static FieldCatalog Catalog { get; } = new(
        "dead letters",
        [
            ErrorType, FailureStatus, Reason, FailedAt, MovedAt, Age, FailureCount, RetryCount, ReopenCount, CustomerId, Priority,
            Fingerprint, OrderId, Resolution, Text,
        ]);

    /// <summary>An entry of an older schema may have no history; then its retry count tells how often it failed.</summary>
    private static int FailuresOf(DeadLetterEntry entry) =>
        entry.RetryHistory.Count > 0 ? entry.RetryHistory.Count(attempt => attempt.Failure is not null) : entry.TotalRetryAttempts + 1;

    private static string TextOf(DeadLetterEntry entry) => string.Join(
        '\n',
        entry.OrderId,
        entry.CustomerId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        EnumNames.Of(entry.ErrorType),
        entry.OriginalWorkflowId,
        entry.OrderSnapshot.ShippingCity,
        entry.OrderSnapshot.ShippingState,
        entry.ResolvedBy,
        string.Join('\n', entry.Notes.Select(note => $"{note.Text}\n{note.Author}")));
}

/// <summary>A dead letter as filters see it. Its payload is the order's input.</summary>
public sealed class DeadLetterSubject(DeadLetterEntry entry) : FilterSubject<DeadLetterEntry>(entry);
