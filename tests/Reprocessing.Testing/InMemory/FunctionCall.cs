using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Reprocessing.Testing.InMemory;

/// <summary>One invocation: the context that the function and its middleware see, and the values of its parameters.</summary>
internal sealed class FunctionCall : FunctionContext
{
    private readonly AppFunction _function;

    /// <param name="services">The invocation's own scope.</param>
    /// <param name="bindingData">What the trigger says beside its value, as the parts of a route; parameters are bound to it by name.</param>
    public FunctionCall(
        AppFunction function, IServiceProvider services, IReadOnlyDictionary<string, object?> bindingData, CancellationToken cancellationToken)
    {
        _function = function;
        InstanceServices = services;
        BindingContext = new Bindings(bindingData);
        CancellationToken = cancellationToken;
        FunctionDefinition = new Definition(function);
    }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => _function.Name;

    public override IServiceProvider InstanceServices { get; set; }

    public override BindingContext BindingContext { get; }

    public override FunctionDefinition FunctionDefinition { get; }

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken { get; }

    public override TraceContext TraceContext => throw new NotSupportedException("An invocation in the test process has no trace.");

    public override RetryContext RetryContext => throw new NotSupportedException("The host's retries are not played in the test process.");

    public override IInvocationFeatures Features => throw new NotSupportedException("The worker's features are not there in the test process.");

    /// <param name="trigger">The value of the trigger's parameter.</param>
    public async Task<object?> RunAsync(object? trigger)
    {
        var instance = _function.Method.IsStatic ? null : ActivatorUtilities.CreateInstance(InstanceServices, _function.Method.DeclaringType!);
        object?[] arguments = [.. _function.Method.GetParameters().Select(parameter => parameter == _function.Trigger ? trigger : Bind(parameter))];

        // The function's own exception, and not that of the reflection around it, is what the worker sees.
        var returned = _function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        return _function.Method.ReturnType.IsGenericType ? _function.Method.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(task) : null;
    }

    private object? Bind(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return this;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return CancellationToken;
        }

        if (parameter.ParameterType == typeof(DurableTaskClient))
        {
            return InstanceServices.GetRequiredService<BoundClient>().Client;
        }

        return BindingContext.BindingData.TryGetValue(parameter.Name!, out var value)
            ? value
            : throw new NotSupportedException($"{_function.Name} takes {parameter}, which is not known how to bind.");
    }

    private sealed class Bindings(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    private sealed class Definition(AppFunction function) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters =>
            [.. function.Method.GetParameters().Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

        public override string PathToAssembly => function.Method.Module.FullyQualifiedName;

        public override string EntryPoint => $"{function.Method.DeclaringType!.FullName}.{function.Method.Name}";

        public override string Id => function.Name;

        public override string Name => function.Name;

        public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
    }
}
