using Microsoft.DurableTask.Client;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Notifications;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Notices;
using ReprocessingFunctions.Webhooks;

namespace ReprocessingFunctions.Notices;

/// <remarks>
/// A notice is stored before its orchestration is started and removed after: whatever dies in between, it is found by
/// <see cref="FinishNotices"/>, and started under the same id.
/// </remarks>
internal sealed class WebhookNotices(WebhookTargets targets, IPendingNotices pending, NoticeStarter starter) : INotices
{
    public bool AreWanted => targets.Notices is not null;

    public Task EscalatedAsync(DurableTaskClient client, DeadLetterEntry entry, CancellationToken cancellationToken) =>
        TellAsync(client, () => [Notification.Escalated(entry)], cancellationToken);

    public Task AlertedAsync(
        DurableTaskClient client, string runId, IReadOnlyList<Alert> alerts, DateTimeOffset at, CancellationToken cancellationToken) =>
        TellAsync(client, () => [.. alerts.Select(alert => Notification.Of(runId, alert, at))], cancellationToken);

    private async Task TellAsync(DurableTaskClient client, Func<IReadOnlyList<Notification>> make, CancellationToken cancellationToken)
    {
        if (!AreWanted)
        {
            return;
        }

        var notices = make();
        await pending.AddAsync(notices, cancellationToken);
        foreach (var notice in notices)
        {
            await starter.HandOverAsync(client, notice, cancellationToken);
        }
    }
}
