using System.Reflection;
using Embedded.Functions.Binding;
using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Invocation;

/// <summary>The end of the pipeline: makes the instance, fills the arguments, calls the method and keeps what it returned.</summary>
internal sealed class FunctionCode
{
    private readonly FunctionDescriptor _function;
    private readonly ObjectFactory? _instances;
    private readonly Func<object?, ValueTask<object?>> _result;

    public FunctionCode(FunctionDescriptor function)
    {
        _function = function;
        _instances = function.Method.IsStatic ? null : ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, Type.EmptyTypes);
        _result = ReturnedValue.ReaderOf(function.Method.ReturnType);
    }

    public async Task RunAsync(EmbeddedFunctionContext context)
    {
        var arguments = Arguments(context);
        var instance = _instances?.Invoke(context.InstanceServices, null);
        try
        {
            var returned = _function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            context.Outcome.Value = await _result(returned);
        }
        finally
        {
            switch (instance)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private object?[] Arguments(EmbeddedFunctionContext context)
    {
        var values = new object?[_function.Arguments.Count];
        var problems = new List<string>();
        Exception? first = null;
        for (var i = 0; i < values.Length; i++)
        {
            try
            {
                values[i] = _function.Arguments[i].Read(context);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                first ??= exception;
                problems.Add(Describe(_function.Arguments[i], exception));
            }
        }

        return first is null
            ? values
            : throw new FunctionInputConverterException(
                $"Error converting {problems.Count} input parameters for Function '{_function.Name}': {string.Join(" ", problems)}", first);
    }

    private static string Describe(Argument argument, Exception exception) => exception is FunctionInputConverterException
        ? exception.Message
        : $"Cannot convert input parameter '{argument.Parameter.Name}' to type '{argument.Parameter.Type.FullName}'. Error:{exception.Message}";
}
