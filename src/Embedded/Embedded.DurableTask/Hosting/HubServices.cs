using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>What the parts of a running hub share.</summary>
internal sealed record HubServices
{
    public required TaskHubOptions Options { get; init; }

    public required ITaskHubStore Store { get; init; }

    public required ITaskExecutor Executor { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required HubLife Life { get; init; }

    public required HubWriter Writer { get; init; }

    public required SequenceSource Sequences { get; init; }

    public required InFlight InFlight { get; init; }

    public required StoreRetry Retry { get; init; }

    public InstanceTable Table { get; } = new();

    public InstanceWaiters Waiters { get; } = new();

    public KeyedLock Locks { get; } = new();

    public required ReadyQueue Ready { get; init; }

    /// <summary>Asks the store until it answers, as a commit would.</summary>
    public Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        Retry.AskAsync(ask => Store.ReadHeadAsync(instanceId, ask), cancellationToken);
}
