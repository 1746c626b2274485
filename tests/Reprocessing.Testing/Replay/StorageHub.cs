using DurableTask.AzureStorage;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Newtonsoft.Json.Linq;

namespace Reprocessing.Testing.Replay;

/// <summary>The real engine's hub, read from its tables: that needs no host, so it works on what one has left that was stopped or killed.</summary>
internal static class StorageHub
{
    private const int PageSize = 1_000;

    public static async Task<IReadOnlyList<RecordedInstance>> ReadAllAsync(string connectionString, string hubName, CancellationToken cancellationToken = default)
    {
        using var hub = new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            TaskHubName = hubName,
            StorageAccountClientProvider = new StorageAccountClientProvider(connectionString),
        });
        List<RecordedInstance> all = [];
        var query = new OrchestrationQuery { PageSize = PageSize, FetchInputsAndOutputs = false };
        do
        {
            var page = await hub.GetOrchestrationWithQueryAsync(query, cancellationToken);
            foreach (var instance in page.OrchestrationState)
            {
                var id = instance.OrchestrationInstance;
                var history = JArray.Parse(await hub.GetOrchestrationHistoryAsync(id.InstanceId, id.ExecutionId));

                // One that was started and has had no turn is known by its state only.
                if (history.Count > 0)
                {
                    all.Add(new(id.InstanceId, [.. history.Cast<JObject>().Select(Read)]));
                }
            }

            query.ContinuationToken = page.ContinuationToken;
        }
        while (query.ContinuationToken is not null);

        return all;
    }

    /// <remarks>The events are written without the names of their types, and most have no setters (Microsoft.Azure.DurableTask.Core 3.11.2).</remarks>
    private static HistoryEvent Read(JObject told)
    {
        var read = ReadBody(told, (int)told["EventId"]!);
        read.Timestamp = (DateTime)told["Timestamp"]!;
        return read;
    }

    private static HistoryEvent ReadBody(JObject told, int id)
    {
        string? Text(string member) => (string?)told[member];
        int Scheduled() => (int)told["TaskScheduledId"]!;
        DateTime FireAt() => (DateTime)told["FireAt"]!;
        FailureDetails? Failure() => told["FailureDetails"]?.ToObject<FailureDetails>();

        return told["EventType"]!.ToObject<EventType>() switch
        {
            EventType.ExecutionStarted => new ExecutionStartedEvent(id, Text("Input"))
            {
                Name = Text("Name"),
                Version = Text("Version"),
                Generation = (int?)told["Generation"],
                OrchestrationInstance = told["OrchestrationInstance"]!.ToObject<OrchestrationInstance>(),
                ParentInstance = told["ParentInstance"]?.ToObject<ParentInstance>(),
                Tags = told["Tags"]?.ToObject<Dictionary<string, string>>(),
            },
            EventType.ExecutionCompleted or EventType.ExecutionFailed =>
                new ExecutionCompletedEvent(id, Text("Result"), told["OrchestrationStatus"]!.ToObject<OrchestrationStatus>(), Failure()),
            EventType.ExecutionTerminated => new ExecutionTerminatedEvent(id, Text("Input")),
            EventType.ExecutionSuspended => new ExecutionSuspendedEvent(id, Text("Reason")),
            EventType.ExecutionResumed => new ExecutionResumedEvent(id, Text("Reason")),
            EventType.TaskScheduled => new TaskScheduledEvent(id, Text("Name")!, Text("Version"), Text("Input")),
            EventType.TaskCompleted => new TaskCompletedEvent(id, Scheduled(), Text("Result")),
            EventType.TaskFailed => new TaskFailedEvent(id, Scheduled(), Text("Reason"), Text("Details"), Failure()),
            EventType.SubOrchestrationInstanceCreated => new SubOrchestrationInstanceCreatedEvent(id)
            {
                Name = Text("Name"), Version = Text("Version"), InstanceId = Text("InstanceId"), Input = Text("Input"),
            },
            EventType.SubOrchestrationInstanceCompleted => new SubOrchestrationInstanceCompletedEvent(id, Scheduled(), Text("Result")),
            EventType.SubOrchestrationInstanceFailed =>
                new SubOrchestrationInstanceFailedEvent(id, Scheduled(), Text("Reason"), Text("Details"), Failure()),
            EventType.TimerCreated => new TimerCreatedEvent(id, FireAt()),
            EventType.TimerFired => new TimerFiredEvent(id, FireAt()) { TimerId = (int)told["TimerId"]! },
            EventType.OrchestratorStarted => new OrchestratorStartedEvent(id),
            EventType.OrchestratorCompleted => new OrchestratorCompletedEvent(id),
            EventType.EventSent => new EventSentEvent(id) { InstanceId = Text("InstanceId"), Name = Text("Name"), Input = Text("Input") },
            EventType.EventRaised => new EventRaisedEvent(id, Text("Input")) { Name = Text("Name") },
            EventType.GenericEvent => new GenericEvent(id, Text("Data")),
            var other => throw new NotSupportedException($"A history with {other} is not known how to read."),
        };
    }
}
