using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Reprocessing.Testing.InMemory;

/// <summary>A function with an activity trigger, as the engine's worker calls activities.</summary>
/// <param name="services">The invocation's own scope.</param>
internal sealed class ActivityFunction(AppFunction function, IServiceProvider services) : ITaskActivity
{
    public Type InputType => function.Trigger.ParameterType;

    public Type OutputType => typeof(object);

    public Task<object?> RunAsync(TaskActivityContext context, object? input)
    {
        var data = new Dictionary<string, object?> { ["instanceId"] = context.InstanceId };
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return new FunctionCall(function, services, data, stopping).RunAsync(input);
    }
}
