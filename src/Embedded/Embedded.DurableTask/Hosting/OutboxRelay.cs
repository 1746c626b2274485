using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Takes messages from one instance to another: stored there, then deleted here, and only then handed to the target. So a message
/// that its target may have consumed is never in an outbox, and relaying one again after a crash cannot double it.
/// </summary>
internal sealed class OutboxRelay(HubServices hub)
{
    private readonly KeyedLock _sources = new();

    public void Relay(OutboxBatch batch) => hub.InFlight.Track(async () =>
    {
        // What one instance says arrives in the order in which it said it.
        using var turn = await _sources.LockAsync(batch.SourceId, CancellationToken.None);
        foreach (var (target, message) in await RelayAsync(batch))
        {
            if (!hub.Ready.Post(target, new Arrival(message.Event, null, message.Sequence)))
            {
                await hub.Writer.CommitAsync(target.Id, [new StoreWrite.DeleteMessage(target.Id, message.Sequence)]);
            }
        }
    });

    /// <summary>Moves the messages to where they go, without handing them over.</summary>
    public async Task<IReadOnlyList<(ActiveInstance Target, OutboxMessage Message)>> RelayAsync(OutboxBatch batch)
    {
        var stored = await Task.WhenAll(batch.Messages.Select(message => StoreAsync(batch.SourceId, message)));
        await hub.Writer.CommitAsync(batch.SourceId, [new StoreWrite.DeleteOutbox(batch.SourceId, batch.Sequence)]);
        return [.. stored.OfType<(ActiveInstance, OutboxMessage)>()];
    }

    private async Task<(ActiveInstance Target, OutboxMessage Message)?> StoreAsync(string sourceId, OutboxMessage message)
    {
        if (await FindAsync(message.TargetId) is not { } target)
        {
            hub.Logger.MessageDropped(sourceId, message.TargetId);
            return null;
        }

        var stored = new StoredMessage(message.TargetId, target.Head.RunId, message.Sequence, message.Event);
        await hub.Writer.CommitAsync(message.TargetId, [new StoreWrite.PutMessage(stored)]);
        return (target, message);
    }

    /// <summary>A target that is just being started is waited for.</summary>
    private async Task<ActiveInstance?> FindAsync(string instanceId)
    {
        using var turn = await hub.Locks.LockAsync(instanceId, CancellationToken.None);
        return hub.Table.TryFind(instanceId, out var target) ? target : null;
    }
}
