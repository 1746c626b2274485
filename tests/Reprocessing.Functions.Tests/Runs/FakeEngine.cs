using Microsoft.DurableTask.Converters;

namespace Reprocessing.Functions.Tests.Runs;

/// <summary>A mocked <see cref="DurableTaskClient"/> that keeps instances and refuses starts as an engine does.</summary>
internal sealed class FakeEngine
{
    private static readonly JsonDataConverter Converter = new(AppJson.Worker);

    private readonly Dictionary<string, OrchestrationMetadata> _instances = [];

    public FakeEngine()
    {
        Mock = new Mock<DurableTaskClient>("test");
        Mock.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns<TaskName, object?, StartOrchestrationOptions?, CancellationToken>((name, input, options, _) => ScheduleAsync(name, input, options!));
        Mock.Setup(c => c.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns<string, bool, CancellationToken>((id, _, _) => Task.FromResult(_instances.GetValueOrDefault(id)));
        Mock.Setup(c => c.GetInstanceAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => IsSilent ? throw new OperationCanceledException() : Task.FromResult(_instances.GetValueOrDefault(id)));
    }

    public Mock<DurableTaskClient> Mock { get; }

    public DurableTaskClient Client => Mock.Object;

    public List<(string Name, string Id, object? Input)> Started { get; } = [];

    /// <summary>Instead of an answer; the start itself may have been made before.</summary>
    public Exception? FailsWith { get; set; }

    public bool LosesAnswers { get; set; }

    /// <summary>It goes down: the client's calls are cancelled by it, and nobody else cancels.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What somebody else does just before a start arrives.</summary>
    public Action? OnSchedule { get; set; }

    public void Put(
        string id, OrchestrationRuntimeStatus status, object? input = null, object? customStatus = null, Exception? failure = null) =>
        _instances[id] = new OrchestrationMetadata("Any", id)
        {
            RuntimeStatus = status,
            DataConverter = Converter,
            // As the Functions client tells of it: no details, the words as the output.
            SerializedOutput = failure is null ? null : Converter.Serialize(failure.Message),
            SerializedInput = Converter.Serialize(input),
            SerializedCustomStatus = customStatus is null ? null : JsonSerializer.Serialize(customStatus, AppJson.Worker),
        };

    public void Remove(string id) => _instances.Remove(id);

    private Task<string> ScheduleAsync(TaskName name, object? input, StartOrchestrationOptions options)
    {
        OnSchedule?.Invoke();
        if ((IsSilent ? new OperationCanceledException() : FailsWith) is { } failure)
        {
            throw failure;
        }

        lock (_instances)
        {
            return Schedule(name, input, options);
        }
    }

    private Task<string> Schedule(TaskName name, object? input, StartOrchestrationOptions options)
    {
        var id = options.InstanceId!;
        if (_instances.TryGetValue(id, out var there) && options.DedupeStatuses!.Contains(there.RuntimeStatus.ToString()))
        {
            throw new InvalidOperationException($"An Orchestration instance with the ID {id} already exists.");
        }

        Put(id, OrchestrationRuntimeStatus.Pending, input);
        Started.Add((name.Name, id, input));
        return LosesAnswers ? throw new TimeoutException("The answer got lost.") : Task.FromResult(id);
    }
}
