using System.Collections.Concurrent;
using Embedded.DurableTask.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>Orchestrators and asynchronous activities as delegates; counts what was run.</summary>
internal sealed class TestExecutor : ITaskExecutor
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<string?>>> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<ActivityRequest, CancellationToken, Task<string?>>> _activities = new(StringComparer.OrdinalIgnoreCase);

    public static DataConverter Converter => JsonDataConverter.Default;

    public IReadOnlyCollection<string> OrchestratorNames => _orchestrators.Keys;

    /// <summary>Every activity call in the order of its start.</summary>
    public ConcurrentQueue<ActivityRequest> Calls { get; } = new();

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public TestExecutor Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> code)
    {
        _orchestrators[name] = async context => Converter.Serialize(await code(context));
        return this;
    }

    public TestExecutor Activity<TIn, TOut>(string name, Func<TIn?, CancellationToken, Task<TOut>> code)
    {
        _activities[name] = async (request, cancellation) =>
            Converter.Serialize(await code(Converter.Deserialize<TIn>(request.Input), cancellation));
        return this;
    }

    public TestExecutor Activity<TIn, TOut>(string name, Func<TIn?, TOut> code) =>
        Activity<TIn, TOut>(name, (input, _) => Task.FromResult(code(input)));

    public Task<string?> RunOrchestratorAsync(TaskOrchestrationContext context) => _orchestrators[context.Name](context);

    public Task<string?> RunActivityAsync(ActivityRequest request, CancellationToken cancellationToken)
    {
        Calls.Enqueue(request);
        return _activities[request.Name](request, cancellationToken);
    }
}
