using System.Reflection;
using Embedded.DurableTask.Engine;
using Embedded.Functions.Discovery;
using Embedded.Functions.Durable;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Binding;

/// <summary>Decides for each parameter of a function what fills it.</summary>
internal static class ArgumentPlan
{
    public static IReadOnlyList<Argument> For(MethodInfo method, FunctionTrigger trigger, ICollection<string> problems)
    {
        var parameters = method.GetParameters();
        var input = trigger is FunctionTrigger.Orchestration ? parameters.FirstOrDefault(p => IsOrchestrationInput(p, trigger)) : null;
        return [.. parameters.Select(parameter =>
        {
            var described = new FunctionParameter(parameter.Name ?? string.Empty, parameter.ParameterType, parameter.HasDefaultValue, parameter.DefaultValue);
            var read = parameter == input
                ? OrchestrationInput(parameter.ParameterType)
                : Source(parameter, described, trigger, problems);
            return new Argument(described, read);
        })];
    }

    /// <summary>The first parameter that nothing else fills is the orchestrator's input.</summary>
    private static bool IsOrchestrationInput(ParameterInfo parameter, FunctionTrigger trigger) =>
        parameter.Name != trigger.ParameterName
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && !parameter.IsDefined(typeof(DurableClientAttribute));

    private static Func<EmbeddedFunctionContext, object?> Source(
        ParameterInfo parameter, FunctionParameter described, FunctionTrigger trigger, ICollection<string> problems)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
        {
            problems.Add($"parameter '{described.Name}' is passed by reference, which no binding fills.");
            return _ => null;
        }

        // FunctionContext wins over everything: an activity that asks for it as its trigger has no input.
        if (type == typeof(FunctionContext))
        {
            return context => context;
        }

        if (described.Name == trigger.ParameterName)
        {
            return TriggerValue(trigger, type, problems);
        }

        if (type == typeof(CancellationToken))
        {
            return context => context.CancellationToken;
        }

        if (parameter.IsDefined(typeof(DurableClientAttribute)))
        {
            return DurableClient(described, problems);
        }

        return parameter.IsDefined(typeof(FromBodyAttribute))
            ? Body(described, trigger, problems)
            : Named(described, trigger, problems);
    }

    private static Func<EmbeddedFunctionContext, object?> TriggerValue(FunctionTrigger trigger, Type type, ICollection<string> problems)
    {
        switch (trigger)
        {
            case FunctionTrigger.Http when type != typeof(HttpRequestData):
                problems.Add($"an HTTP trigger binds HttpRequestData, not {type.Name}.");
                return _ => null;
            case FunctionTrigger.Orchestration when type != typeof(TaskOrchestrationContext):
                problems.Add($"an orchestration trigger binds TaskOrchestrationContext, not {type.Name}.");
                return _ => null;
            case FunctionTrigger.Activity:
                return context => ((ActivityRequest)context.TriggerValue).Input is { } json
                    ? context.Serializer().FromText(json, type)
                    : Absent(type);
            case FunctionTrigger.Timer when type == typeof(string):
                return context => context.TriggerValue;
            case FunctionTrigger.Timer:
                return context => context.Serializer().FromText((string)context.TriggerValue, type);
            default:
                return context => context.TriggerValue;
        }
    }

    private static Func<EmbeddedFunctionContext, object?> OrchestrationInput(Type type)
    {
        var reader = typeof(ArgumentPlan)
            .GetMethod(nameof(ReadInput), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type)
            .CreateDelegate<Func<TaskOrchestrationContext, object?>>();
        return context => reader((TaskOrchestrationContext)context.TriggerValue);
    }

    private static object? ReadInput<T>(TaskOrchestrationContext context) => context.GetInput<T>();

    private static Func<EmbeddedFunctionContext, object?> DurableClient(FunctionParameter parameter, ICollection<string> problems)
    {
        if (parameter.Type != typeof(DurableTaskClient))
        {
            problems.Add($"parameter '{parameter.Name}' has DurableClient and must be a DurableTaskClient, not {parameter.Type.Name}.");
        }

        return context => context.InstanceServices.GetRequiredService<DurableRuntime>().Client;
    }

    private static Func<EmbeddedFunctionContext, object?> Body(FunctionParameter parameter, FunctionTrigger trigger, ICollection<string> problems)
    {
        if (trigger is not FunctionTrigger.Http)
        {
            problems.Add($"parameter '{parameter.Name}' has FromBody, but only an HTTP function has a body.");
        }

        return context => ((HttpRequestData)context.TriggerValue).ReadBody(context.Serializer(), parameter.Type);
    }

    private static Func<EmbeddedFunctionContext, object?> Named(FunctionParameter parameter, FunctionTrigger trigger, ICollection<string> problems)
    {
        var known = trigger is FunctionTrigger.Http || (trigger is FunctionTrigger.Activity && parameter.Name == BindingDataNames.InstanceId);
        if (!known && !parameter.HasDefaultValue)
        {
            problems.Add($"nothing fills parameter '{parameter.Name}'.");
        }
        else if (!TextValue.CanBecome(parameter.Type))
        {
            problems.Add($"parameter '{parameter.Name}' is a {parameter.Type.Name}, which text cannot become; mark the body with FromBody.");
        }

        return context => NamedValue.Read(context, parameter);
    }

    private static object? Absent(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
