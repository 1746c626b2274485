namespace Reprocessing.Functions.Notifications;

/// <summary>Delivers one notification, over hours if necessary. Its instance id is the notification's id, so that a repeated start makes no second instance.</summary>
internal static class NotificationOrchestrator
{
    private static readonly TimeSpan WaitAfterFault = TimeSpan.FromMinutes(1);

    /// <summary>Of the app itself; the settings allow fewer attempts than this.</summary>
    private const int MostFaults = 100;

    [Function(nameof(NotificationOrchestrator))]
    public static async Task<NotificationResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<NotificationInput>() ?? throw new ArgumentException($"{nameof(NotificationOrchestrator)} needs an input.");
        for (int attempt = 1, faults = 0; ;)
        {
            // Null when the outcome is unknown; then the same attempt is repeated.
            var tried = await context.TryCallTimedAsync<NotificationTry>(
                nameof(SendNotification), new SendNotificationInput(input.Notification, attempt), new ActivityPolicy(input.Timeout, Attempts: 1));
            if (tried is { Accepted: true })
            {
                return new(input.Notification.Id, attempt);
            }

            var wait = tried is null ? WaitAfterFault : tried.Wait;
            if (wait is null || (tried is null && ++faults == MostFaults))
            {
                context.CreateReplaySafeLogger(nameof(NotificationOrchestrator)).NotificationLost(input.Notification.Id, attempt, tried?.Reason ?? "faults");
                throw new NotificationFailedException($"Notification {input.Notification.Id} was given up after {attempt} tries: {tried?.Reason}");
            }

            attempt += tried is null ? 0 : 1;
            var next = context.CurrentUtcDateTime + wait.Value;
            context.SetCustomStatus(new NotificationStatus(attempt, tried?.Reason ?? "The app itself failed.", new(next, TimeSpan.Zero)));
            await context.CreateTimer(next, CancellationToken.None);
        }
    }
}

/// <param name="Timeout">Of one call of the activity; taken from the settings when the notification is started.</param>
internal sealed record NotificationInput(Notification Notification, TimeSpan Timeout);

internal sealed record SendNotificationInput(Notification Notification, int Attempt);

internal sealed record NotificationTry(bool Accepted, string Reason, TimeSpan? Wait = null);

internal sealed record NotificationStatus(int Attempt, string Reason, DateTimeOffset NextTryAt);

internal sealed record NotificationResult(string Id, int Attempts);

/// <summary>Ends a notification's orchestration as Failed, so that operators find it and can restart it.</summary>
internal sealed class NotificationFailedException(string message) : Exception(message);

/// <summary>One attempt. A call that is repeated after a crash may post again what has arrived already; the receiver recognises the id.</summary>
internal sealed class SendNotification(WebhookTargets targets, WebhookSender sender, IOptions<NotificationOptions> options)
{
    private readonly WebhookRetries _retries =
        WebhookRetries.Exponential(options.Value.WebhookAttempts, options.Value.WebhookRetryDelay, factor: 3, TimeSpan.FromHours(6));

    [Function(nameof(SendNotification))]
    public async Task<NotificationTry> RunAsync([ActivityTrigger] SendNotificationInput input, CancellationToken cancellationToken)
    {
        // The address may have been removed from the settings since the notification was started.
        var reply = targets.Notifications is { } target
            ? await sender.TrySendAsync(target, MessageOf(input.Notification, options.Value.WebhookFormat), cancellationToken)
            : new(WebhookOutcome.Closed, "There is no address to send to.");
        return new(reply.Outcome == WebhookOutcome.Accepted, reply.Explanation, reply.Outcome switch
        {
            WebhookOutcome.Unavailable when input.Attempt < _retries.Attempts => _retries.WaitAfter(input.Attempt, input.Notification.Id, reply.After),
            // Only a restart of the app, perhaps with other settings, opens the target again.
            WebhookOutcome.Closed when input.Attempt < _retries.Attempts => WebhookTarget.LongestHold,
            _ => null,
        });
    }

    private static WebhookMessage MessageOf(Notification notification, WebhookFormat format) => (format, notification) switch
    {
        (WebhookFormat.Slack, _) => WebhookMessage.Create(notification.Id, ChatMessage.Of(notification).ToSlack()),
        (WebhookFormat.Teams, _) => WebhookMessage.Create(notification.Id, ChatMessage.Of(notification).ToTeams()),
        (_, { DeadLetter: { } deadLetter }) => WebhookMessage.Create(notification.Id, notification.Type, notification.At, deadLetter),
        (_, { Alert: { } alert }) => WebhookMessage.Create(notification.Id, notification.Type, notification.At, alert),
        _ => throw new ArgumentException($"Notification {notification.Id} tells of nothing.", nameof(notification)),
    };
}
