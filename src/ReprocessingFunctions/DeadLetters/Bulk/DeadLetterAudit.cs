using System.Globalization;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.DeadLetters;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>
/// Tells the audit log what a job has done to each dead letter, with the moment that the deed itself has stored: a call that is repeated
/// finds it there, and so tells the same.
/// </summary>
internal sealed class DeadLetterAudit(IAuditLog audit)
{
    public Task RetriedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<ActedItem> acted, CancellationToken cancellationToken) =>
        TellAsync(items, acted, (item, one) =>
            one.Order?.Attempts.LastOrDefault(made => made.RunId == act.JobId && made.JobAttempt == item.Attempt) is { } attempt
                ? Event(act, item, "dead_letter.retried", attempt.RequestedAt, $"workflow {attempt.WorkflowId}")
                : null, cancellationToken);

    public Task ResolvedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<ActedItem> acted, CancellationToken cancellationToken) =>
        TellAsync(items, acted, (item, one) =>
            one is { Result.State: ItemState.Succeeded, Entry: { Resolution: { } resolution, ResolvedAt: { } at } entry } && entry.ResolvedBy == act.Owner
                ? Event(act, item, "dead_letter.resolved", at, EnumNames.Of(resolution))
                : null, cancellationToken);

    public Task PurgedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<ActedItem> acted, CancellationToken cancellationToken) =>
        TellAsync(items, acted, (item, one) =>
            one is { Result.State: ItemState.Succeeded, Order: { PurgedAt: { } at } order } && order.PurgedBy == act.Owner
                ? Event(act, item, "dead_letter.purged", at, null)
                : null, cancellationToken);

    private async Task TellAsync(
        IReadOnlyList<ItemRef> items, IReadOnlyList<ActedItem> acted, Func<ItemRef, ActedItem, AuditEvent?> tell, CancellationToken cancellationToken)
    {
        List<AuditEvent> told = [.. items.Zip(acted, tell).OfType<AuditEvent>()];
        if (told.Count > 0)
        {
            await audit.AddAllAsync(told, cancellationToken);
        }
    }

    private static AuditEvent Event(AuditedAction act, ItemRef item, string action, DateTimeOffset at, string? what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{act.JobId}-{item.Id}-{item.Attempt}"), at, act.By, action, item.Id)
        {
            Reason = act.Reason,
            Detail = what is null ? $"by {act.JobId}" : $"{what}, by {act.JobId}",
        };
}
