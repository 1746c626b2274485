using Microsoft.Azure.Functions.Worker.Middleware;

namespace ReprocessingFunctions.Http;

/// <summary>A request cannot be served; <see cref="ProblemMiddleware"/> answers it with the problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail ?? problem.Title)
{
    public Problem Problem => problem;

    public static void ThrowIf(Problem? problem)
    {
        if (problem is not null)
        {
            throw new ProblemException(problem);
        }
    }
}

/// <summary>Checks a request against what its operation declares, and turns every exception of an HTTP function into a problem response, logged once.</summary>
internal sealed class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            if (ApiOperation.Find(context.FunctionDefinition.Name) is not null && await context.GetHttpRequestDataAsync() is { } called)
            {
                Check(called);
            }

            await next(context);
        }
        catch (Exception e) when (Thrown(e) is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
        {
            if (await context.GetHttpRequestDataAsync() is not { } request)
            {
                throw;
            }

            context.GetInvocationResult().Value = await RespondAsync(request, e, context.CancellationToken);
        }
    }

    /// <exception cref="ProblemException">Whatever the function is, it cannot serve the request.</exception>
    public static void Check(HttpRequestData request)
    {
        if (ApiOperation.Find(request.FunctionContext.FunctionDefinition.Name) is { NeedsKey: true } operation)
        {
            request.ThrowIfUndeclared(operation.QueryNames);
        }
    }

    public Task<HttpResponseData> RespondAsync(HttpRequestData request, Exception exception, CancellationToken cancellationToken) =>
        request.ProblemAsync(ProblemOf(request, Thrown(exception)), cancellationToken);

    /// <summary>The worker's executor wraps what a function has thrown (Microsoft.Azure.Functions.Worker 2.52.0).</summary>
    private static Exception Thrown(Exception exception) =>
        exception is AggregateException { InnerExceptions: [var thrown] } ? thrown : exception;

    private Problem ProblemOf(HttpRequestData request, Exception exception)
    {
        switch (exception)
        {
            case ProblemException refused:
                return refused.Problem;
            case FormatException when request.Query["pageToken"] is not null:
                // Storage refuses a token that it has not issued.
                return Paging.UnknownToken;
            case PreconditionFailedException:
                return Problems.PreconditionFailed();
            case var _ when StorageFault.IsUnavailable(exception):
                logger.StorageUnavailable(exception, request.Url.AbsolutePath);
                return Problems.StorageUnavailable();
            default:
                var invocationId = request.FunctionContext.InvocationId;
                logger.RequestFailed(exception, request.Url.AbsolutePath, invocationId);
                return Problems.Internal(invocationId);
        }
    }
}
