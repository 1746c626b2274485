using Reprocessing.Domain.Notifications;

namespace ReprocessingFunctions.Restarts;

/// <summary>
/// Hands an attempt to an outside order service, which reports its beginning, success or failure back under the workflow id.
/// Until it has, each run that finds the start interrupted tells it again, under the same id.
/// </summary>
internal sealed class WebhookRestartTarget(
    WebhookTargets targets, WebhookSender sender, IOptions<RestartOptions> options, TimeProvider time) : IRestartTarget
{
    /// <summary>A start is made within an activity: whoever asks for a longer pause is asked again by the next run.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly WebhookTarget _target = targets.Restarts ?? throw new InvalidOperationException("Orders are not restarted by webhook.");

    private readonly WebhookRetries _retries =
        WebhookRetries.Exponential(options.Value.WebhookAttempts, TimeSpan.FromSeconds(1), factor: 2, LongestWait);

    public async Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken)
    {
        var message = WebhookMessage.Create(
            DeliveryIds.OfStart(start.WorkflowId), RestartPayload.TypeOf(start), start.DecidedAt, RestartPayload.Of(start));
        // A new order's caller waits for the answer; its order is stored, and runs are there to be patient.
        var attempts = RestartPayload.IsFirst(start) && !isInterrupted ? 1 : _retries.Attempts;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await sender.TrySendAsync(_target, message, cancellationToken);
            if (reply is WebhookReply.Accepted)
            {
                return;
            }

            if (reply is not WebhookReply.TryAgain again
                || attempt >= attempts
                || _retries.WaitAfter(attempt, message.Id, again.After) is var wait && wait > LongestWait)
            {
                throw new RestartNotAcceptedException($"{message.Id} was not accepted: {reply.Reason}");
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }
}
