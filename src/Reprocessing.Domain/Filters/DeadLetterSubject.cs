using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;

namespace Reprocessing.Domain.Filters;

/// <summary>A dead letter as filters see it. Its payload is the order's input.</summary>
public sealed class DeadLetterSubject(DeadLetterEntry entry) : IFilterSubject
{
    private static readonly Dictionary<FilterField, Func<DeadLetterEntry, FilterValue?>> Readers = new()
    {
        [DeadLetterFields.ErrorType] = entry => FilterValue.Of(StableNames.Of(entry.ErrorType)),
        [DeadLetterFields.FailureStatus] = entry => FilterValue.Of(entry.FinalFailureStatus),
        [DeadLetterFields.Reason] = entry => FilterValue.Of(entry.FinalFailureReason),
        [DeadLetterFields.FailedAt] = entry => FilterValue.Of(entry.FailedAt),
        [DeadLetterFields.MovedAt] = entry => FilterValue.Of(entry.MovedToQueueAt),
        [DeadLetterFields.FailureCount] = entry => FilterValue.Of((decimal)FailuresOf(entry)),
        [DeadLetterFields.RetryCount] = entry => FilterValue.Of((decimal)entry.TotalRetryAttempts),
        [DeadLetterFields.ReopenCount] = entry => FilterValue.Of((decimal)entry.ReopenCount),
        [DeadLetterFields.CustomerId] = entry => FilterValue.Of(entry.CustomerId),
        [DeadLetterFields.Priority] = entry => FilterValue.Of(StableNames.Of(entry.OrderSnapshot.Priority)),
        [DeadLetterFields.Fingerprint] = entry => FilterValue.Of(entry.Fingerprint),
        [DeadLetterFields.OrderId] = entry => FilterValue.Of(entry.OrderId),
        [DeadLetterFields.Resolution] = entry => FilterValue.Of(entry.Resolution is { } resolution ? StableNames.Of(resolution) : DeadLetterFields.Unresolved),
        [DeadLetterFields.Text] = entry => FilterValue.Of(TextOf(entry)),
    };

    public FilterValue? ValueOf(FilterField field) => Readers.TryGetValue(field, out var read) ? read(entry) : null;

    /// <summary>An entry of an older shape may be without its history; then its restarts say how often it failed.</summary>
    private static int FailuresOf(DeadLetterEntry entry) =>
        entry.RetryHistory.Count > 0 ? entry.RetryHistory.Count(attempt => attempt.Failure is not null) : entry.TotalRetryAttempts + 1;

    private static string TextOf(DeadLetterEntry entry) => string.Join(
        '\n',
        entry.OrderId,
        entry.CustomerId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        StableNames.Of(entry.ErrorType),
        entry.OriginalWorkflowId,
        entry.OrderSnapshot.ShippingCity,
        entry.OrderSnapshot.ShippingState,
        entry.ResolvedBy,
        string.Join('\n', entry.Notes.Select(note => $"{note.Text}\n{note.Author}")));
}
