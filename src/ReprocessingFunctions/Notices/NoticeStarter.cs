using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Notifications;
using Reprocessing.Storage.Notices;

namespace ReprocessingFunctions.Notices;

/// <summary>Starts a pending notice's orchestration, once, and takes the notice from the pending ones.</summary>
internal sealed class NoticeStarter(IPendingNotices pending, IOptions<NoticeOptions> options, ILogger<NoticeStarter> logger)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    private static readonly OrchestrationRuntimeStatus[] Any = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    private readonly TimeSpan _timeout = options.Value.WebhookTimeout + Slack;

    /// <returns>False when it could not be started and stays pending.</returns>
    public async Task<bool> HandOverAsync(DurableTaskClient client, Notification notice, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(client, notice, cancellationToken);
            await pending.RemoveAsync(notice, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NoticeNotStarted(e, notice.Id);
            return false;
        }
    }

    private async Task StartAsync(DurableTaskClient client, Notification notice, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(NoticeOrchestrator),
                new NoticeInput(notice, _timeout),
                new StartOrchestrationOptions(notice.Id).WithDedupeStatuses(Any),
                cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await client.GetInstanceAsync(notice.Id, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
