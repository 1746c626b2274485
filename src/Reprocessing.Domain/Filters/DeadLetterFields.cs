using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Domain.Filters;

/// <summary>The fields of a dead letter that a filter may use; <see cref="DeadLetterSubject"/> defines their values.</summary>
public static class DeadLetterFields
{
    /// <summary>Stands for an entry without a resolution.</summary>
    public const string Unresolved = "unresolved";

    public static FilterField ErrorType { get; } = new("errorType", FieldKind.Choice) { Choices = EnumNames.All<ErrorType>() };

    public static FilterField FailureStatus { get; } = new("failureStatus", FieldKind.Choice)
    {
        Choices = [.. FailureStatuses.All.Select(status => status.Name)],
        Aliases = ["status", "finalFailureStatus"],
    };

    public static FilterField Reason { get; } = new("reason", FieldKind.Text) { Aliases = ["finalFailureReason"] };

    public static FilterField FailedAt { get; } = new("failedAt", FieldKind.Time);

    public static FilterField MovedAt { get; } = new("movedAt", FieldKind.Time) { Aliases = ["movedToQueueAt"] };

    /// <summary>Time in the queue.</summary>
    public static FilterField Age { get; } = new("age", FieldKind.Duration) { Since = MovedAt };

    /// <summary>Failed attempts of all generations that are still known.</summary>
    public static FilterField FailureCount { get; } = new("failureCount", FieldKind.Number) { Aliases = ["failures"] };

    public static FilterField RetryCount { get; } = new("retryCount", FieldKind.Number) { Aliases = ["totalRetryAttempts"] };

    public static FilterField ReopenCount { get; } = new("reopenCount", FieldKind.Number);

    public static FilterField CustomerId { get; } = new("customerId", FieldKind.Text) { Aliases = ["customer"] };

    public static FilterField Priority { get; } = new("priority", FieldKind.Choice) { Choices = EnumNames.All<Priority>() };

    public static FilterField Fingerprint { get; } = new("fingerprint", FieldKind.Text) { Aliases = ["group"] };

    public static FilterField OrderId { get; } = new("orderId", FieldKind.Text) { Aliases = ["id"] };

    public static FilterField Resolution { get; } = new("resolution", FieldKind.Choice)
    {
        Choices = [Unresolved, "manual_retry", "cancelled", "escalated"],
    };

    /// <summary>All text of the entry that people write or read.</summary>
    public static FilterField Text { get; } = new("text", FieldKind.Search);

    public static FieldCatalog Catalog { get; } = new(
        "dead letters",
        [
            ErrorType, FailureStatus, Reason, FailedAt, MovedAt, Age, FailureCount, RetryCount, ReopenCount, CustomerId, Priority,
            Fingerprint, OrderId, Resolution, Text,
        ]);
}

/// <summary>A dead letter as filters see it. Its payload is the order's input.</summary>
public sealed class DeadLetterSubject(DeadLetterEntry entry) : IFilterSubject
{
    private static readonly Dictionary<FilterField, Func<DeadLetterEntry, FilterValue?>> Readers = new()
    {
        [DeadLetterFields.ErrorType] = entry => FilterValue.Of(EnumNames.Of(entry.ErrorType)),
        [DeadLetterFields.FailureStatus] = entry => FilterValue.Of(entry.FinalFailureStatus),
        [DeadLetterFields.Reason] = entry => FilterValue.Of(entry.FinalFailureReason),
        [DeadLetterFields.FailedAt] = entry => FilterValue.Of(entry.FailedAt),
        [DeadLetterFields.MovedAt] = entry => FilterValue.Of(entry.MovedToQueueAt),
        [DeadLetterFields.FailureCount] = entry => FilterValue.Of((decimal)FailuresOf(entry)),
        [DeadLetterFields.RetryCount] = entry => FilterValue.Of((decimal)entry.TotalRetryAttempts),
        [DeadLetterFields.ReopenCount] = entry => FilterValue.Of((decimal)entry.ReopenCount),
        [DeadLetterFields.CustomerId] = entry => FilterValue.Of(entry.CustomerId),
        [DeadLetterFields.Priority] = entry => FilterValue.Of(EnumNames.Of(entry.OrderSnapshot.Priority)),
        [DeadLetterFields.Fingerprint] = entry => FilterValue.Of(entry.Fingerprint),
        [DeadLetterFields.OrderId] = entry => FilterValue.Of(entry.OrderId),
        [DeadLetterFields.Resolution] = entry => FilterValue.Of(entry.Resolution is { } resolution ? EnumNames.Of(resolution) : DeadLetterFields.Unresolved),
        [DeadLetterFields.Text] = entry => FilterValue.Of(TextOf(entry)),
    };

    public FilterValue? ValueOf(FilterField field) => Readers.TryGetValue(field, out var read) ? read(entry) : null;

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
