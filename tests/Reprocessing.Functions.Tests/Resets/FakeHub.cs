using System.Collections.Concurrent;
using Microsoft.DurableTask.Converters;

namespace Reprocessing.Functions.Tests.Resets;

/// <summary>A mocked client over instances that can be ended, replaced and told events; and their histories.</summary>
internal sealed class FakeHub : IWorkflowHistories
{
    private static readonly JsonDataConverter Converter = new(AppJson.Worker);
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, Instance> _instances = [];
    private int _runs;

    public FakeHub()
    {
        Mock.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns<TaskName, object?, StartOrchestrationOptions?, CancellationToken>((name, input, options, _) => Step(() => Schedule(name.Name, input, options!)));
        Mock.Setup(c => c.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns<string, bool, CancellationToken>((id, _, _) => Task.FromResult(_instances.GetValueOrDefault(id)?.Describe()));
        Mock.Setup(c => c.GetInstanceAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => Task.FromResult(Look(id)));
        Mock.Setup(c => c.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<TerminateInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Returns<string, TerminateInstanceOptions?, CancellationToken>((id, options, _) => Step(() => Terminate(id, options)));
        Mock.Setup(c => c.WaitForInstanceCompletionAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => Task.FromResult(_instances[id].Describe()));
        Mock.Setup(c => c.SuspendInstanceAsync(It.IsAny<string>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .Returns<string, string?, CancellationToken>((id, _, _) => Step(() => Suspend(id, suspends: true)));
        Mock.Setup(c => c.ResumeInstanceAsync(It.IsAny<string>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .Returns<string, string?, CancellationToken>((id, _, _) => Step(() => Suspend(id, suspends: false)));
        Mock.Setup(c => c.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns<string, string, object?, CancellationToken>((id, name, payload, _) => Step(() => Raise(id, name, payload)));
    }

    /// <summary>Events wait in the mailbox until something makes their run take its mail.</summary>
    public bool IsBusy { get; set; }

    public Mock<DurableTaskClient> Mock { get; } = new("test");

    public DurableTaskClient Client => Mock.Object;

    public List<string> Starts { get; } = [];

    public bool ShowsHistories { get; set; } = true;

    /// <summary>So often a started instance is looked at before it has begun; until then it is sent events in vain, as on Azure Storage.</summary>
    public int LooksUntilBegun { get; set; }

    /// <summary>Instances that are asked to end do not.</summary>
    public bool Hangs { get; set; }

    /// <summary>The process dies after so many acts on the engine; null for never.</summary>
    public int? ActsLeft { get; set; }

    /// <summary>What happens to an instance between the last look at it and its end.</summary>
    public Action<Instance>? BeforeEnd { get; set; }

    public Action? AfterStart { get; set; }

    /// <summary>What happens to an instance before an event reaches it.</summary>
    public Action<string>? BeforeEvent { get; set; }

    /// <summary>The run takes its mail.</summary>
    public void Turn(string id)
    {
        var instance = _instances[id];
        instance.Events.AddRange(instance.Mail);
        instance.Mail.Clear();
    }

    public void Purge(string id) => _instances.TryRemove(id, out _);

    public Instance this[string id] => _instances[id];

    public Instance Add(string id, string name, OrchestrationRuntimeStatus status, object? input = null) =>
        _instances[id] = new(id, name, Start.AddSeconds(Interlocked.Increment(ref _runs))) { Status = status, Input = Converter.Serialize(input) };

    public Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken) =>
        Task.FromResult(ShowsHistories && _instances.TryGetValue(instanceId, out var instance)
            ? new WorkflowHistory(instance.Generation, [.. instance.Events])
            : WorkflowHistory.None("No history is shown."));

    private Task Step(Action act)
    {
        if (ActsLeft is 0)
        {
            throw new OperationCanceledException("The process has died.");
        }

        ActsLeft--;
        act();
        return Task.CompletedTask;
    }

    private Task<string> Step(Func<string> act)
    {
        var id = string.Empty;
        Step(() => { id = act(); });
        return Task.FromResult(id);
    }

    private string Schedule(string name, object? input, StartOrchestrationOptions options)
    {
        var id = options.InstanceId!;
        if (_instances.TryGetValue(id, out var there) && options.DedupeStatuses!.Contains(there.Status.ToString()))
        {
            throw new InvalidOperationException("It exists.");
        }

        Add(id, name, LooksUntilBegun > 0 ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running, input).LooksLeft = LooksUntilBegun;
        lock (Starts)
        {
            Starts.Add(id);
        }

        AfterStart?.Invoke();
        return id;
    }

    private OrchestrationMetadata? Look(string id)
    {
        var instance = _instances.GetValueOrDefault(id);
        if (instance is { Status: OrchestrationRuntimeStatus.Pending } && --instance.LooksLeft < 0)
        {
            instance.Status = OrchestrationRuntimeStatus.Running;
        }

        return instance?.Describe();
    }

    private void Terminate(string id, TerminateInstanceOptions? options)
    {
        var instance = _instances[id];
        BeforeEnd?.Invoke(instance);
        if (!Hangs && !instance.Describe().IsCompleted)
        {
            instance.Status = OrchestrationRuntimeStatus.Terminated;
            instance.Output = options?.Output?.ToString();
        }
    }

    private void Suspend(string id, bool suspends)
    {
        Turn(id);
        _instances[id].Status = suspends ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running;
    }

    private void Raise(string id, string name, object? payload)
    {
        if (BeforeEvent is { } before)
        {
            before(id);
        }

        if (!_instances.TryGetValue(id, out var instance) || instance.Describe().IsCompleted)
        {
            throw new InvalidOperationException("It is not running.");
        }

        if (instance.Status == OrchestrationRuntimeStatus.Pending)
        {
            return;
        }

        (IsBusy ? instance.Mail : instance.Events).Add(new(name, payload is null ? null : JsonSerializer.Serialize(payload)));
    }

    internal sealed class Instance(string id, string name, DateTimeOffset createdAt)
    {
        public OrchestrationRuntimeStatus Status { get; set; }

        public int LooksLeft { get; set; }

        public string? Input { get; set; }

        public string? Output { get; set; }

        public int? Generation { get; set; } = 0;

        public List<CapturedEvent> Events { get; init; } = [];

        public List<CapturedEvent> Mail { get; } = [];

        public DateTimeOffset CreatedAt { get; private set; } = createdAt;

        /// <summary>The hub of Azure Storage takes each generation for a new creation.</summary>
        public void ContinueAsNew(string input)
        {
            CreatedAt += TimeSpan.FromMinutes(1);
            Input = input;
        }

        public OrchestrationMetadata Describe() => new(name, id)
        {
            RuntimeStatus = Status,
            CreatedAt = CreatedAt,
            SerializedInput = Input,
            DataConverter = Converter,
        };
    }
}
