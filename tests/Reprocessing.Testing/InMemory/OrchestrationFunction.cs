using DurableTask.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Reprocessing.Testing.InMemory;

/// <summary>
/// A function with an orchestration trigger. It is given the Functions worker's own context, which reads the input by the worker's JSON options
/// and refuses to be used outside the orchestrator's thread: what goes wrong by that in Azure goes wrong in a story too.
/// </summary>
internal sealed class OrchestrationFunction(AppFunction function, IServiceProvider services) : ITaskOrchestrator
{
    // It is internal to Microsoft.Azure.Functions.Worker.Extensions.DurableTask (1.21.1).
    private static readonly Type WorkerContext = typeof(OrchestrationTriggerAttribute).Assembly.GetType(
        "Microsoft.Azure.Functions.Worker.Extensions.DurableTask.FunctionsOrchestrationContext", throwOnError: true)!;

    public Type InputType => typeof(object);

    public Type OutputType => typeof(object);

    public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
    {
        var call = new FunctionCall(function, services, new Dictionary<string, object?>(), CancellationToken.None);
        object? result;
        try
        {
            result = await call.RunAsync(Activator.CreateInstance(WorkerContext, context, call));
        }
        catch (Exception e)
        {
            // So it reaches parent and client from the Functions worker (Microsoft.Azure.Functions.Worker 2.52.0); of an activity it is the exception itself.
            throw new AggregateException(e);
        }

        return OrchestrationContext.IsOrchestratorThread
            ? result
            : throw new InvalidOperationException($"{function.Name} has awaited what is not durable and is on another thread now.");
    }
}
