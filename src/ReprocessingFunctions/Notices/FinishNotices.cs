using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Notices;
using ReprocessingFunctions.Webhooks;

namespace ReprocessingFunctions.Notices;

/// <summary>Hands over the notices that were stored and whose orchestration may not have been started: the process died in between.</summary>
internal sealed class FinishNotices(
    WebhookTargets targets, IPendingNotices pending, NoticeStarter starter, ILogger<FinishNotices> logger)
{
    private const int PageSize = 100;

    [Function(nameof(FinishNotices))]
    public async Task RunAsync(
        [TimerTrigger("%NoticeSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (targets.Notices is null)
        {
            return;
        }

        string? token = null;
        var finished = 0;
        do
        {
            var page = await pending.ListAsync(PageSize, token, cancellationToken);
            foreach (var notice in page.Items)
            {
                finished += await starter.HandOverAsync(client, notice, cancellationToken) ? 1 : 0;
            }

            token = page.Next;
        }
        while (token is not null);

        if (finished > 0)
        {
            logger.NoticesFinished(finished);
        }
    }
}
