using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Invocation;

/// <summary>The one way in which any function runs: a scope, the app's middleware in the order of its registration, the function.</summary>
internal sealed class FunctionPipeline
{
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ILogger> _loggers;
    private readonly FunctionExecutionDelegate _chain;

    public FunctionPipeline(
        FunctionCatalog catalog,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware,
        IServiceScopeFactory scopes,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _scopes = scopes;
        _time = time;
        _loggers = catalog.All.ToDictionary(
            function => function.Name, function => loggers.CreateLogger(LogCategory.Function(function.Name)), StringComparer.Ordinal);
        var code = catalog.All.ToDictionary(function => function.Name, function => new FunctionCode(function), StringComparer.Ordinal);
        FunctionExecutionDelegate end = context => code[context.FunctionDefinition.Name].RunAsync((EmbeddedFunctionContext)context);
        _chain = middleware.Reverse().Aggregate(end, (next, step) => step(next));
    }

    /// <summary>Runs the function and returns its value.</summary>
    public async Task<object?> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var outcome = "Failed";
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var context = new EmbeddedFunctionContext(request, scope.ServiceProvider, cancellationToken);
            await _chain(context);
            outcome = "Succeeded";
            return context.Outcome.Value;
        }
        finally
        {
            // One line an invocation, but for activities: there are thousands of them.
            var level = request.Function.Trigger is FunctionTrigger.Activity ? LogLevel.Debug : LogLevel.Information;
            Log.Executed(LoggerOf(request.Function), level, request.Function.Name, outcome, request.InvocationId, (long)_time.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    /// <summary>
    /// Runs an orchestrator on the calling thread alone. Its scope is given up without waiting: a service that disposes of itself
    /// elsewhere would take the orchestrator off its thread.
    /// </summary>
    public async Task<object?> InvokeOnThreadAsync(InvocationRequest request)
    {
        var scope = _scopes.CreateAsyncScope();
        try
        {
            var context = new EmbeddedFunctionContext(request, scope.ServiceProvider, CancellationToken.None);
            await _chain(context);
            return context.Outcome.Value;
        }
        finally
        {
            var disposal = scope.DisposeAsync();
            if (!disposal.IsCompletedSuccessfully)
            {
                ObserveDisposal(request.Function, disposal.AsTask());
            }
        }
    }

    /// <summary>The function's own category, for whoever runs it.</summary>
    public ILogger LoggerOf(FunctionDescriptor function) => _loggers[function.Name];

    private void ObserveDisposal(FunctionDescriptor function, Task disposal) =>
        disposal.ContinueWith(
            task => Log.ScopeDisposalFailed(LoggerOf(function), task.Exception!, function.Name),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
