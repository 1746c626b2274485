using System.Text;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>The context that orchestrators get. JSON in and out; the numbering and waiting is done by its parts.</summary>
internal sealed class ReplayContext : TaskOrchestrationContext
{
    private readonly Execution _execution;
    private readonly DurableCalls _calls;
    private readonly RetryLoop _retries;
    private readonly Dictionary<Type, object?> _inputs = [];
    private int _guids;

    public ReplayContext(Execution execution)
    {
        _execution = execution;
        _calls = new DurableCalls(execution);
        _retries = new RetryLoop(this, _calls, CreateReplaySafeLogger<RetryLoop>());
        Parent = execution.Identity is { ParentName: { } name, ParentInstanceId: { } id }
            ? new ParentOrchestrationInstance(name, id)
            : null;
    }

    public override TaskName Name => _execution.Identity.Name;

    public override string InstanceId => _execution.Identity.InstanceId;

    public override ParentOrchestrationInstance? Parent { get; }

    public override DateTime CurrentUtcDateTime => _execution.NowUtc;

    public override bool IsReplaying => _execution.IsReplaying;

    public override string Version => _execution.Identity.Version;

    protected override ILoggerFactory LoggerFactory => _execution.LoggerFactory;

    // Asked twice for the same type, it answers with the same object, as the platform does.
    public override T? GetInput<T>()
        where T : default
    {
        if (!_inputs.TryGetValue(typeof(T), out var input))
        {
            _inputs[typeof(T)] = input = _execution.Converter.Deserialize<T>(_execution.Input);
        }

        return (T?)input;
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RefuseOptionsAsInput(input, options, "activity");
        var json = Serialize(input);
        var version = options?.Version?.Version ?? Version;
        var result = await _retries.RunAsync(options?.Retry, () => _calls.Activity(NameOf(name), json, version, options?.Tags));
        return _execution.Converter.Deserialize<TResult>(result)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RefuseOptionsAsInput(input, options, "sub-orchestration");
        var json = Serialize(input);
        var child = options as SubOrchestrationOptions;
        var version = (child?.Version ?? options?.Version)?.Version;
        var id = string.IsNullOrEmpty(child?.InstanceId) ? NewGuid().ToString("N") : child.InstanceId;
        var result = await _retries.RunAsync(
            options?.Retry, () => _calls.SubOrchestration(NameOf(orchestratorName), id, json, version, options?.Tags));
        return _execution.Converter.Deserialize<TResult>(result)!;
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var end = fireAt.ToUniversalTime();
        while (end - CurrentUtcDateTime > EngineLimits.LongestTimer && !cancellationToken.IsCancellationRequested)
        {
            await _calls.Timer(CurrentUtcDateTime + EngineLimits.LongestTimer, cancellationToken);
        }

        await _calls.Timer(end, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        _execution.EnsureOnTurn();
        return _execution.Inbox.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentNullException.ThrowIfNull(eventName);
        _calls.SendEvent(instanceId, eventName, Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        _execution.EnsureOnTurn();
        var json = Serialize(customStatus);
        var bytes = json is null ? 0 : Encoding.Unicode.GetByteCount(json);
        if (bytes > EngineLimits.MaxCustomStatusBytes)
        {
            throw new ArgumentException(
                $"The UTF-16 size of the JSON-serialized payload must not exceed {EngineLimits.MaxCustomStatusBytes / 1024} KB. "
                + $"The current payload size is {bytes / 1024.0:N2} KB.", nameof(customStatus));
        }

        _execution.CustomStatus = json;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _execution.EnsureOnTurn();
        var version = string.IsNullOrWhiteSpace(options.NewVersion) ? Version : options.NewVersion;
        _execution.Next = new Execution.Continuation(Serialize(options.NewInput), version, options.PreserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        _execution.EnsureOnTurn();
        return DeterministicGuid.Create(InstanceId, CurrentUtcDateTime, _guids++);
    }

    private static string NameOf(TaskName name) => string.IsNullOrEmpty(name.Name)
        ? throw new ArgumentException("The name of the task to call is missing.", nameof(name))
        : name.Name;

    private static void RefuseOptionsAsInput(object? input, TaskOptions? options, string kind)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} value was provided for the {kind} input but no value was provided for {nameof(options)}. "
                + $"Did you actually mean to provide a {nameof(TaskOptions)} value for the {nameof(options)} parameter?",
                nameof(input));
        }
    }

    private string? Serialize(object? value) => _execution.Converter.Serialize(value);
}
