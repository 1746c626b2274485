using Microsoft.Azure.Functions.Worker.Middleware;

namespace Reprocessing.Functions.Http;

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

/// <summary>Checks a request against what its operation declares, limits its time, and turns every exception of an HTTP function into a problem response, logged once.</summary>
internal sealed class ProblemMiddleware(TimeProvider time, ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <summary>More than a call of the storage takes with all its tries.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Of what reads or writes many items: the platform's front end gives up after 230 seconds.</summary>
    internal static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(200);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            if (ApiOperation.Find(context.FunctionDefinition.Name) is { } operation && await context.GetHttpRequestDataAsync() is { } called)
            {
                Check(called);
                await LimitAsync(context, operation.Endpoint.IsLong ? LongLimit : Limit, next);
            }
            else
            {
                await next(context);
            }
        }
        catch (Exception e)
        {
            if (await context.GetHttpRequestDataAsync() is not { } request)
            {
                throw;
            }

            context.GetInvocationResult().Value = await RespondAsync(request, e, context.CancellationToken);
        }
    }

    public static void Check(HttpRequestData request)
    {
        if (ApiOperation.Find(request.FunctionContext.FunctionDefinition.Name) is { NeedsKey: true } operation)
        {
            ProblemException.ThrowIf(Caller.Refuse(request, operation.Role) ?? (operation.Changes && ApiOptions.Of(request).ReadOnly ? Problems.ReadOnly() : null));
            request.CheckRoute(operation.Route);
            request.ThrowIfUndeclared(operation.QueryNames);
        }
    }

    /// <summary>Does not wait for a function that takes no notice of its token: whatever it calls ends by its own limit.</summary>
    internal async Task LimitAsync(FunctionContext context, TimeSpan limit, FunctionExecutionDelegate next)
    {
        // Not disposed of: a response may be a stream that is made, with this token, after the function has returned.
        var timer = new CancellationTokenSource(limit, time);
        var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, context.CancellationToken);
        try
        {
            await next(new LimitedContext(context, either.Token)).WaitAsync(either.Token);
        }
        catch (Exception e) when (timer.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {limit}.", e);
        }
        finally
        {
            timer.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whoever has gone in the middle of a request reads no answer, and that is no fault of the app's: the worker would log as an error what is thrown on.</summary>
    public async Task<HttpResponseData> RespondAsync(HttpRequestData request, Exception exception, CancellationToken cancellationToken) =>
        Thrown(exception) is OperationCanceledException && cancellationToken.IsCancellationRequested
            ? request.CreateResponse(HttpStatusCode.ServiceUnavailable)
            : await request.ProblemAsync(ProblemOf(request, Thrown(exception)), cancellationToken);

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
            case FilterCostException:
                return Problems.FilterTooCostly(exception.Message);
            case FiltersBusyException:
                return Problems.FiltersBusy();
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

internal sealed class LimitedContext(FunctionContext context, CancellationToken cancellationToken) : FunctionContext
{
    public override string InvocationId => context.InvocationId;

    public override string FunctionId => context.FunctionId;

    public override TraceContext TraceContext => context.TraceContext;

    public override BindingContext BindingContext => context.BindingContext;

    public override Microsoft.Azure.Functions.Worker.RetryContext RetryContext => context.RetryContext;

    public override FunctionDefinition FunctionDefinition => context.FunctionDefinition;

    public override IInvocationFeatures Features => context.Features;

    public override CancellationToken CancellationToken => cancellationToken;

    public override IServiceProvider InstanceServices
    {
        get => context.InstanceServices;
        set => context.InstanceServices = value;
    }

    public override IDictionary<object, object> Items
    {
        get => context.Items;
        set => context.Items = value;
    }
}
