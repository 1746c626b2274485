using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Notifications;
using ReprocessingFunctions.Webhooks;

namespace ReprocessingFunctions.Notices;

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
