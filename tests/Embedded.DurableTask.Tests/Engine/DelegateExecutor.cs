using Embedded.DurableTask.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Orchestrators and activities as delegates.</summary>
internal sealed class DelegateExecutor : ITaskExecutor
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<string?>>> _orchestrators =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, Func<ActivityRequest, string?>> _activities = new(StringComparer.OrdinalIgnoreCase);

    public static DataConverter Converter => JsonDataConverter.Default;

    public IReadOnlyCollection<string> OrchestratorNames => _orchestrators.Keys;

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public DelegateExecutor Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> code)
    {
        _orchestrators[name] = async context => Converter.Serialize(await code(context));
        return this;
    }

    public DelegateExecutor Orchestrator(string name, Func<TaskOrchestrationContext, Task> code) =>
        Orchestrator<object?>(name, async context =>
        {
            await code(context);
            return null;
        });

    public DelegateExecutor Activity<TIn, TOut>(string name, Func<TIn?, TOut> code)
    {
        _activities[name] = request => Converter.Serialize(code(Converter.Deserialize<TIn>(request.Input)));
        return this;
    }

    public DelegateExecutor Activity(string name, Func<ActivityRequest, object?> code)
    {
        _activities[name] = request => Converter.Serialize(code(request));
        return this;
    }

    public Task<string?> RunOrchestratorAsync(TaskOrchestrationContext context) => _orchestrators[context.Name](context);

    public Task<string?> RunActivityAsync(ActivityRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_activities[request.Name](request));
}
