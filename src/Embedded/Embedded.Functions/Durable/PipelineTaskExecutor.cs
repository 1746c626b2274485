using Embedded.DurableTask.Engine;
using Embedded.Functions.Binding;
using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.DurableTask;

namespace Embedded.Functions.Durable;

/// <summary>Runs the engine's orchestrators and activities as functions.</summary>
internal sealed class PipelineTaskExecutor : ITaskExecutor
{
    private readonly FunctionPipeline _pipeline;
    private readonly DataConverter _converter;
    private readonly Dictionary<string, FunctionDescriptor> _orchestrators;
    private readonly Dictionary<string, FunctionDescriptor> _activities;

    public PipelineTaskExecutor(FunctionCatalog catalog, FunctionPipeline pipeline, DataConverter converter)
    {
        _pipeline = pipeline;
        _converter = converter;
        _orchestrators = catalog.With<FunctionTrigger.Orchestration>()
            .ToDictionary(found => found.Trigger.Name, found => found.Function, StringComparer.OrdinalIgnoreCase);
        _activities = catalog.With<FunctionTrigger.Activity>()
            .ToDictionary(found => found.Trigger.Name, found => found.Function, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyCollection<string> OrchestratorNames => _orchestrators.Keys;

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public async Task<string?> RunOrchestratorAsync(TaskOrchestrationContext context)
    {
        var request = new InvocationRequest(_orchestrators[context.Name.Name], _ => context);
        return _converter.Serialize(await _pipeline.InvokeOnThreadAsync(request));
    }

    public async Task<string?> RunActivityAsync(ActivityRequest request, CancellationToken cancellationToken)
    {
        var invocation = new InvocationRequest(_activities[request.Name], _ => request)
        {
            BindingData = new Dictionary<string, object?> { [BindingDataNames.InstanceId] = request.InstanceId },
        };
        return _converter.Serialize(await _pipeline.InvokeAsync(invocation, cancellationToken));
    }
}
