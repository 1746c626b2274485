using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protocol = Microsoft.DurableTask.Protobuf;

namespace Reprocessing.Testing.InMemory;

/// <summary>What was given to a worker and is not answered yet. The next worker gets it, when the one that has it is gone.</summary>
/// <remarks>
/// Microsoft.DurableTask.InProcessTestHost 0.2.3-preview.1 waits for the answer of a worker that has gone away, without end, and so loses the
/// instance. The real engine delivers again what a host had that is gone.
/// </remarks>
internal sealed class Deliveries(CuredOrchestrationService engine)
{
    private readonly ConcurrentDictionary<string, Protocol.WorkItem> _open = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The stream to a worker that has just come, which begins with what the last one has left.</summary>
    public async Task<IServerStreamWriter<Protocol.WorkItem>> ConnectAsync(IServerStreamWriter<Protocol.WorkItem> stream)
    {
        foreach (var left in _open.Values)
        {
            await stream.WriteAsync(left);
        }

        return new Tracked(stream, this);
    }

    public void CloseOrchestration(string instanceId) => _open.TryRemove(instanceId, out _);

    public void CloseActivity(string instanceId, int taskId) => _open.TryRemove(KeyOf(instanceId, taskId), out _);

    private static string KeyOf(string instanceId, int taskId) => $"{taskId} {instanceId}";

    private async Task DeliverAsync(IServerStreamWriter<Protocol.WorkItem> stream, Protocol.WorkItem item)
    {
        string? key = null;
        if (item.OrchestratorRequest is { } turn)
        {
            key = turn.InstanceId;
            var now = Timestamp.FromDateTime(engine.BeginTurn(turn.InstanceId));
            foreach (var started in turn.NewEvents.Where(told => told.OrchestratorStarted is not null))
            {
                started.Timestamp = now;
            }
        }
        else if (item.ActivityRequest is { } activity)
        {
            key = KeyOf(activity.OrchestrationInstance.InstanceId, activity.TaskId);
        }

        if (key is not null)
        {
            _open[key] = item;
        }

        try
        {
            await stream.WriteAsync(item);
        }
        catch when (key is not null)
        {
            // The server takes it back itself.
            _open.TryRemove(key, out _);
            throw;
        }
    }

    private sealed class Tracked(IServerStreamWriter<Protocol.WorkItem> stream, Deliveries deliveries) : IServerStreamWriter<Protocol.WorkItem>
    {
        public WriteOptions? WriteOptions
        {
            get => stream.WriteOptions;
            set => stream.WriteOptions = value;
        }

        public Task WriteAsync(Protocol.WorkItem message) => deliveries.DeliverAsync(stream, message);
    }
}
