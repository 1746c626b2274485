using Reprocessing.Domain.Notifications;

namespace ReprocessingFunctions.Notices;

/// <summary>
/// Brings one notice to the receiver, over hours if need be. Its instance id is the notice's own id: started again, by whatever
/// repeats itself, it is the same instance.
/// </summary>
internal static class NoticeOrchestrator
{
    /// <summary>A notice whose activity could not even say how it went is tried again after this.</summary>
    private static readonly TimeSpan WaitAfterFault = TimeSpan.FromMinutes(1);

    /// <summary>Far more often than any setting allows to be sent: faults of the app's own are not for ever.</summary>
    private const int MostFaults = 100;

    [Function(nameof(NoticeOrchestrator))]
    public static async Task<NoticeResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<NoticeInput>() ?? throw new ArgumentException($"{nameof(NoticeOrchestrator)} needs an input.");
        for (int attempt = 1, faults = 0; ;)
        {
            var tried = await TryAsync(context, input, attempt);
            if (tried is { Accepted: true })
            {
                return new(input.Notice.Id, attempt);
            }

            var wait = tried is null ? WaitAfterFault : tried.Wait;
            if (wait is null || (tried is null && ++faults == MostFaults))
            {
                context.CreateReplaySafeLogger(nameof(NoticeOrchestrator)).NoticeLost(input.Notice.Id, attempt, tried?.Reason ?? "faults");
                throw new NoticeFailedException($"Notice {input.Notice.Id} was given up after {attempt} tries: {tried?.Reason}");
            }

            attempt += tried is null ? 0 : 1;
            var next = context.CurrentUtcDateTime + wait.Value;
            context.SetCustomStatus(new NoticeStatus(attempt, tried?.Reason ?? "The app itself failed.", new(next, TimeSpan.Zero)));
            await context.CreateTimer(next, CancellationToken.None);
        }
    }

    /// <returns>Null when it is not known how it went: the same try is made again then.</returns>
    private static async Task<NoticeTry?> TryAsync(TaskOrchestrationContext context, NoticeInput input, int attempt)
    {
        try
        {
            return await context.CallTimedAsync<NoticeTry>(
                nameof(SendNotice), new SendNoticeInput(input.Notice, attempt), new ActivityPolicy(input.Timeout, Attempts: 1));
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            return null;
        }
    }
}

/// <param name="Timeout">Of one call of the activity; taken from the settings when the notice is started.</param>
internal sealed record NoticeInput(Notification Notice, TimeSpan Timeout);

internal sealed record SendNoticeInput(Notification Notice, int Attempt);

/// <summary>How one try ended.</summary>
/// <param name="Accepted">The receiver has it.</param>
/// <param name="Wait">Until the next try; null when there is to be none.</param>
internal sealed record NoticeTry(bool Accepted, string Reason, TimeSpan? Wait = null);

/// <summary>As long as the notice has not arrived: how often it was tried and what came of it last.</summary>
internal sealed record NoticeStatus(int Attempt, string Reason, DateTimeOffset NextTryAt);

internal sealed record NoticeResult(string Id, int Attempts);

/// <summary>Ends a notice's orchestration as Failed, where operators look for what went wrong and from where they can restart it.</summary>
internal sealed class NoticeFailedException(string message) : Exception(message);

/// <summary>
/// One try. Called again after a crash it may post a second time what has arrived already: under the same id, which is what
/// ids are for.
/// </summary>
internal sealed class SendNotice(WebhookTargets targets, WebhookSender sender, IOptions<NoticeOptions> options)
{
    private readonly WebhookRetries _retries = options.Value.ToRetries();

    [Function(nameof(SendNotice))]
    public async Task<NoticeTry> RunAsync([ActivityTrigger] SendNoticeInput input, CancellationToken cancellationToken)
    {
        // The address was taken out of the settings while the notice was under way; it may come back.
        var reply = targets.Notices is { } target
            ? await sender.TrySendAsync(target, MessageOf(input.Notice), cancellationToken)
            : new WebhookReply.Closed("There is no address to send to.");
        return reply switch
        {
            WebhookReply.Accepted => new(Accepted: true, reply.Reason),
            WebhookReply.Refused => new(Accepted: false, reply.Reason),
            _ when input.Attempt >= _retries.Attempts => new(Accepted: false, reply.Reason),
            WebhookReply.TryAgain again => new(
                Accepted: false, reply.Reason, _retries.WaitAfter(input.Attempt, input.Notice.Id, again.After)),
            // Only a start of the app, with better settings perhaps, opens the target again.
            _ => new(Accepted: false, reply.Reason, WebhookTarget.LongestHold),
        };
    }

    private static WebhookMessage MessageOf(Notification notice) => notice switch
    {
        { DeadLetter: { } deadLetter } => WebhookMessage.Create(notice.Id, notice.Type, notice.At, deadLetter),
        { Alert: { } alert } => WebhookMessage.Create(notice.Id, notice.Type, notice.At, alert),
        _ => throw new ArgumentException($"Notice {notice.Id} tells of nothing.", nameof(notice)),
    };
}
