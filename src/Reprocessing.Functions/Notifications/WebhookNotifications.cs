using Reprocessing.Storage.Notifications;

namespace Reprocessing.Functions.Notifications;

/// <summary>Each event is sent once, however often it is reported. A notification that cannot be sent never fails its caller; storage that does not answer does.</summary>
internal interface INotifications
{
    /// <summary>The settings name an address. Only then is a notification stored, in the transaction of its event: one that nobody receives would stay for ever.</summary>
    bool AreWanted { get; }

    Task EscalatedAsync(DurableTaskClient client, IReadOnlyList<CommandResult> results, CancellationToken cancellationToken);

    /// <summary>Starts the notifications that were stored with these, as they were raised or cleared.</summary>
    Task AlertedAsync(DurableTaskClient client, IReadOnlyList<AlertState> alerts, CancellationToken cancellationToken);
}

/// <remarks>Stored before its orchestration is started and removed after: if the process dies in between, <see cref="ReconcileAsync"/> starts it under the same id.</remarks>
internal sealed class WebhookNotifications(
    WebhookTargets targets, PendingNotifications pending, IOptions<NotificationOptions> options, ILogger<WebhookNotifications> logger) : INotifications
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    public bool AreWanted => targets.Notifications is not null;

    public async Task EscalatedAsync(DurableTaskClient client, IReadOnlyList<CommandResult> results, CancellationToken cancellationToken)
    {
        var escalated = results
            .Where(result => result is { Result.State: ItemState.Succeeded, Entry.Resolution: DeadLetterResolution.Escalated })
            .Select(result => Notification.Escalated(result.Entry!));
        foreach (var notification in AreWanted ? escalated : [])
        {
            await pending.AddAsync(notification, cancellationToken);
            await TryStartAsync(client, notification, cancellationToken);
        }
    }

    public async Task AlertedAsync(DurableTaskClient client, IReadOnlyList<AlertState> alerts, CancellationToken cancellationToken)
    {
        foreach (var alert in AreWanted ? alerts : [])
        {
            await TryStartAsync(client, Notification.Of(alert), cancellationToken);
        }
    }

    public async Task ReconcileAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!AreWanted)
        {
            return;
        }

        var started = 0;
        await foreach (var notification in pending.ListAsync(cancellationToken))
        {
            started += await TryStartAsync(client, notification, cancellationToken) ? 1 : 0;
        }

        if (started > 0)
        {
            logger.NotificationsFinished(started);
        }
    }

    /// <returns>False when it could not be started and stays pending.</returns>
    private async Task<bool> TryStartAsync(DurableTaskClient client, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            var input = new NotificationInput(notification, options.Value.WebhookTimeout + Slack);
            await client.StartOnceAsync(nameof(NotificationOrchestrator), notification.Id, input, cancellationToken);
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

/// <summary>Settings <c>Notification*</c>: who is notified of escalated dead letters and of alerts; nobody without an address.</summary>
internal sealed class NotificationOptions : WebhookOptions
{
    public const string Prefix = "Notification";

    public WebhookFormat WebhookFormat { get; set; }

    /// <summary>A chat verifies nothing: its address is the secret.</summary>
    protected override bool IsSigned => WebhookFormat == WebhookFormat.Standard;

    /// <summary>Tries in all.</summary>
    [Range(1, 50)]
    public int WebhookAttempts { get; set; } = 12;

    /// <summary>Before the second try, at most; three times as long before each further one, up to six hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan WebhookRetryDelay { get; set; } = TimeSpan.FromSeconds(10);
}
