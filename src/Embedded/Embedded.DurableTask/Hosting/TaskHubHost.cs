using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Runs a task hub: the one process that holds it dispatches in memory and commits to the store.</summary>
internal sealed class TaskHubHost(
    TaskHubOptions options, ITaskHubStore store, ITaskExecutor executor, TimeProvider time, ILoggerFactory loggerFactory)
    : IAsyncDisposable
{
    /// <summary>May be used before the host has started; its calls wait until the hub is held.</summary>
    public DurableTaskClient Client => throw new NotImplementedException($"{options} {store} {executor} {time} {loggerFactory}");

    /// <summary>Waits for the hub's lease, recovers what the last host left, and starts to work.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes no more work, lets running commits end and gives the hub back.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The turns of the instance's current generation; null if there is no such instance.</summary>
    public Task<IReadOnlyList<TurnRecord>?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Deletes an instance even if it runs; false if there is none. The client purges finished ones only.</summary>
    public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
