using Reprocessing.Domain.Notifications;
using Reprocessing.Storage.Notifications;

namespace ReprocessingFunctions.Notifications;

/// <summary>
/// Tells people outside, if the settings name somebody. Asked again for the same thing it tells it once. That a notification cannot
/// be sent is never the caller's trouble; only storage that does not answer is.
/// </summary>
internal interface INotifications
{
    /// <summary>
    /// The settings name somebody. Whoever escalates stores the notification in the transaction that does it, and only then: what nobody
    /// is told would lie there for ever.
    /// </summary>
    bool AreWanted { get; }

    /// <param name="client">Bound to the invocation that asks.</param>
    /// <param name="entry">As it is stored: resolved as <c>escalated</c>.</param>
    Task EscalatedAsync(DurableTaskClient client, DeadLetterEntry entry, CancellationToken cancellationToken);

    /// <param name="at">Of the run, so that a repeat tells the same.</param>
    Task AlertedAsync(DurableTaskClient client, string runId, IReadOnlyList<Alert> alerts, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <remarks>
/// A notification is stored before its orchestration is started and removed after: whatever dies in between, it is found by
/// <see cref="ReconcileNotifications"/>, and started under the same id.
/// </remarks>
internal sealed class WebhookNotifications(WebhookTargets targets, IPendingNotifications pending, NotificationStarter starter) : INotifications
{
    public bool AreWanted => targets.Notifications is not null;

    public Task EscalatedAsync(DurableTaskClient client, DeadLetterEntry entry, CancellationToken cancellationToken) =>
        PublishAsync(client, () => [Notification.Escalated(entry)], cancellationToken);

    public Task AlertedAsync(
        DurableTaskClient client, string runId, IReadOnlyList<Alert> alerts, DateTimeOffset at, CancellationToken cancellationToken) =>
        PublishAsync(client, () => [.. alerts.Select(alert => Notification.Of(runId, alert, at))], cancellationToken);

    private async Task PublishAsync(DurableTaskClient client, Func<IReadOnlyList<Notification>> make, CancellationToken cancellationToken)
    {
        if (!AreWanted)
        {
            return;
        }

        var notifications = make();
        await pending.AddAsync(notifications, cancellationToken);
        foreach (var notification in notifications)
        {
            await starter.HandOverAsync(client, notification, cancellationToken);
        }
    }
}

internal static class Escalations
{
    /// <summary>Tells of those dead letters that were escalated; what else was done with some is nobody's concern outside.</summary>
    public static async Task EscalatedAsync(
        this INotifications notifications, DurableTaskClient client, IReadOnlyList<CommandResult> acted, CancellationToken cancellationToken)
    {
        if (!notifications.AreWanted)
        {
            return;
        }

        foreach (var item in acted)
        {
            if (item is { Result.State: ItemState.Succeeded, Entry: { Resolution: DeadLetterResolution.Escalated } entry })
            {
                await notifications.EscalatedAsync(client, entry, cancellationToken);
            }
        }
    }
}

/// <summary>Starts a pending notification's orchestration, once, and takes the notification from the pending ones.</summary>
internal sealed class NotificationStarter(IPendingNotifications pending, IOptions<NotificationOptions> options, ILogger<NotificationStarter> logger)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _timeout = options.Value.WebhookTimeout + Slack;

    /// <returns>False when it could not be started and stays pending.</returns>
    public async Task<bool> HandOverAsync(DurableTaskClient client, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            await client.StartOnceAsync(nameof(NotificationOrchestrator), notification.Id, new NotificationInput(notification, _timeout), cancellationToken);
            await pending.RemoveAsync(notification, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotificationNotStarted(e, notification.Id);
            return false;
        }
    }
}

/// <summary>Hands over the notifications that were stored and whose orchestration may not have been started: the process died in between.</summary>
internal sealed class ReconcileNotifications(
    WebhookTargets targets, IPendingNotifications pending, NotificationStarter starter, ILogger<ReconcileNotifications> logger)
{
    private const int PageSize = 100;

    [Function(nameof(ReconcileNotifications))]
    public async Task RunAsync(
        [TimerTrigger("%NotificationSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (targets.Notifications is null)
        {
            return;
        }

        string? token = null;
        var finished = 0;
        do
        {
            var page = await pending.ListAsync(PageSize, token, cancellationToken);
            foreach (var notification in page.Items)
            {
                finished += await starter.HandOverAsync(client, notification, cancellationToken) ? 1 : 0;
            }

            token = page.Next;
        }
        while (token is not null);

        if (finished > 0)
        {
            logger.NotificationsFinished(finished);
        }
    }
}

/// <summary>Settings <c>Notification*</c>: who is told of escalated dead letters and of alerts; nobody without an address.</summary>
internal sealed class NotificationOptions : WebhookOptions
{
    public const string Prefix = "Notification";

    /// <summary>NCRONTAB: when notifications that got stuck on their way are taken up again. Read by its trigger.</summary>
    public string Schedule { get; set; } = "0 * * * * *";

    /// <summary>Tries in all.</summary>
    [Range(1, 50)]
    public int WebhookAttempts { get; set; } = 12;

    /// <summary>Before the second try, at most; three times as long before each further one, up to six hours.</summary>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan WebhookRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    public WebhookRetries ToRetries() =>
        WebhookRetries.Exponential(WebhookAttempts, WebhookRetryDelay, factor: 3, TimeSpan.FromHours(6));
}
