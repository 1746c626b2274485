using System.Collections.Concurrent;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Testing.Sidecar;

namespace Reprocessing.Testing.InMemory;

/// <summary>
/// The package's engine with what it lacks (Microsoft.DurableTask.InProcessTestHost 0.2.3-preview.1). The members of the interfaces are
/// implemented anew, because those of the class are not virtual.
/// </summary>
internal sealed class CuredOrchestrationService(TimeProvider clock)
    : InMemoryOrchestrationService, IOrchestrationService, IOrchestrationServiceClient, IOrchestrationServicePurgeClient, IDisposable
{
    private const int ManyAtOnce = 200;

    private readonly ConcurrentDictionary<string, IReadOnlyList<HistoryEvent>> _histories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _starts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTime> _turns = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ITimer, bool> _timers = [];

    // As published it runs as many at once as there are processors, and then looks for a free place every 500 ms.
    int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => ManyAtOnce;

    int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => ManyAtOnce;

    public IReadOnlyList<HistoryEvent>? FindHistory(string instanceId) => _histories.GetValueOrDefault(instanceId);

    public int StartsOf(string instanceId) => _starts.GetValueOrDefault(instanceId);

    /// <summary>The moment at which an orchestrator's turn begins, by the clock of the test.</summary>
    public DateTime BeginTurn(string instanceId) => _turns[instanceId] = clock.GetUtcNow().UtcDateTime;

    Task IOrchestrationServiceClient.CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[]? dedupeStatuses)
    {
        var created = CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses);
        CountStart(creationMessage);
        return created;
    }

    // As published a message to an instance that is not there makes the dispatcher fail and take it up again, without end. Nobody waits for it: it goes.
    async Task<TaskOrchestrationWorkItem> IOrchestrationService.LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            var item = await LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, cancellationToken);
            if (item.OrchestrationRuntimeState.ExecutionStartedEvent is not null || item.NewMessages.Any(message => message.Event is ExecutionStartedEvent))
            {
                return item;
            }

            await ReleaseTaskOrchestrationWorkItemAsync(item);
        }
    }

    async Task IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        // As published turns begin at the system's time.
        foreach (var started in newOrchestrationRuntimeState.NewEvents.OfType<OrchestratorStartedEvent>())
        {
            started.Timestamp = _turns[workItem.InstanceId];
        }

        // As published the history of an instance cannot be read.
        _histories[workItem.InstanceId] = [.. newOrchestrationRuntimeState.Events];
        foreach (var started in orchestratorMessages.Where(message => message.Event is ExecutionStartedEvent))
        {
            CountStart(started);
        }

        await CompleteTaskOrchestrationWorkItemAsync(
            workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, [], continuedAsNewMessage, orchestrationState);
        foreach (var timer in timerMessages)
        {
            SendWhenDue(timer);
        }
    }

    Task<PurgeResult> IOrchestrationServicePurgeClient.PurgeInstanceStateAsync(string instanceId)
    {
        _histories.TryRemove(instanceId, out _);
        return PurgeInstanceStateAsync(instanceId);
    }

    public void Dispose()
    {
        foreach (var timer in _timers.Keys)
        {
            timer.Dispose();
        }
    }

    private void CountStart(TaskMessage message) => _starts.AddOrUpdate(message.OrchestrationInstance.InstanceId, 1, (_, count) => count + 1);

    // As published durable timers wait by the system's time.
    private void SendWhenDue(TaskMessage message)
    {
        var fired = (TimerFiredEvent)message.Event;
        // The engine's own wait for the moment must be over when it gets the message.
        var due = new TaskMessage
        {
            OrchestrationInstance = message.OrchestrationInstance,
            Event = fired.FireAt <= DateTime.UtcNow ? fired : new TimerFiredEvent(fired.EventId, DateTime.UtcNow) { TimerId = fired.TimerId },
        };
        // Queues wait for whole seconds, so the host's engine fires up to one too early (Microsoft.Azure.DurableTask.AzureStorage 2.11.2).
        var wait = TimeSpan.FromSeconds(Math.Floor((fired.FireAt - clock.GetUtcNow().UtcDateTime).TotalSeconds));
        if (wait <= TimeSpan.Zero)
        {
            _ = SendTaskOrchestrationMessageAsync(due);
            return;
        }

        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                SendTaskOrchestrationMessageAsync(due);
                _timers.TryRemove(timer!, out var _);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timers[timer] = true;
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
