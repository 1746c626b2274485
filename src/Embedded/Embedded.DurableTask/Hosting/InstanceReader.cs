using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>Answers questions about instances: those in memory without asking the store.</summary>
internal sealed class InstanceReader(HubServices hub, SessionLoader sessions)
{
    // Somebody waits for the answer and may ask again.
    private const int Attempts = 4;

    public async Task<InstanceHead?> FindAsync(string instanceId, CancellationToken cancellationToken) =>
        InMemory(instanceId) ?? await hub.Retry.AskAsync(ask => hub.Store.ReadHeadAsync(instanceId, ask), cancellationToken, Attempts);

    public async Task<HeadPage> ListAsync(HeadQuery query, CancellationToken cancellationToken)
    {
        var page = await hub.Retry.AskAsync(ask => hub.Store.ListHeadsAsync(query, ask), cancellationToken, Attempts);
        // The store's head of an active instance may be older than its last turn.
        return page with { Heads = [.. page.Heads.Select(head => InMemory(head.InstanceId) ?? head)] };
    }

    public async Task<IReadOnlyList<TurnRecord>?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        await FindAsync(instanceId, cancellationToken) is { } head
            ? await sessions.ReadTurnsAsync(head, cancellationToken, Attempts)
            : null;

    public OrchestrationMetadata Describe(InstanceHead head, bool withPayloads) => new(head.Name, head.InstanceId)
    {
        RuntimeStatus = head.Status,
        CreatedAt = head.CreatedAt,
        LastUpdatedAt = head.LastUpdatedAt,
        Tags = head.Tags,
        DataConverter = withPayloads ? hub.Options.DataConverter : null,
        SerializedInput = withPayloads ? head.Input : null,
        SerializedOutput = withPayloads ? head.Output : null,
        // As on the platform, which stores the JSON null of a status that was never set.
        SerializedCustomStatus = withPayloads ? head.CustomStatus ?? "null" : null,
    };

    private InstanceHead? InMemory(string instanceId) => hub.Table.TryFind(instanceId, out var active) ? active.WholeHead : null;
}
