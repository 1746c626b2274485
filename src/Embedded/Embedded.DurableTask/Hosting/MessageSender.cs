using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>Tells running instances something from outside: durable before the sender gets its answer.</summary>
internal sealed class MessageSender(HubServices hub, InstanceReader reader)
{
    public async Task SendAsync(
        string instanceId, Func<DateTime, HistoryEvent> message, Func<InstanceHead, string> refusal, CancellationToken cancellationToken)
    {
        var target = await FindAsync(instanceId, refusal, cancellationToken);
        var arrived = message(hub.Time.GetUtcNow().UtcDateTime);
        var stored = new StoredMessage(instanceId, target.Head.RunId, hub.Sequences.Next(), arrived);
        await CommitAsync(stored).WaitAsync(cancellationToken);
        if (!hub.Ready.Post(target, new Arrival(arrived, null, stored.Sequence)))
        {
            // It ended while the message was being stored.
            await hub.Writer.CommitAsync(instanceId, [new StoreWrite.DeleteMessage(instanceId, stored.Sequence)]);
        }
    }

    private async Task CommitAsync(StoredMessage message)
    {
        try
        {
            await hub.Writer.CommitAsync(message.InstanceId, [new StoreWrite.PutMessage(message)]);
        }
        catch (StoreLimitException exception)
        {
            throw new TaskHubException(TaskHubError.TooLarge, exception.Message, exception);
        }
    }

    private async Task<ActiveInstance> FindAsync(
        string instanceId, Func<InstanceHead, string> refusal, CancellationToken cancellationToken)
    {
        if (hub.Table.TryFind(instanceId, out var active))
        {
            return active;
        }

        // One that is just being started is waited for.
        using var turn = await hub.Locks.LockAsync(instanceId, cancellationToken);
        if (hub.Table.TryFind(instanceId, out active))
        {
            return active;
        }

        throw await reader.FindAsync(instanceId, cancellationToken) is { } ended
            ? new TaskHubException(TaskHubError.NotRunning, refusal(ended))
            : new TaskHubException(TaskHubError.NotFound, $"No instance with ID '{instanceId}' was found.");
    }
}
