using System.Text.Json;
using Embedded.Functions.Binding;
using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Embedded.Functions.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Web;

/// <summary>One HTTP request to one function: key, body, pipeline, answer.</summary>
internal sealed class HttpFunctionHandler(
    FunctionPipeline pipeline, KeyGuard keys, IOptions<WorkerOptions> worker)
{
    private const int BodyInMemory = 1024 * 1024;

    public async Task HandleAsync(FunctionDescriptor function, FunctionTrigger.Http trigger, HttpContext http)
    {
        if (!keys.Allows(http.Request, trigger.AuthLevel, function.Name))
        {
            KeyGuard.Refuse(http.Response);
            return;
        }

        await using var body = await ReadBodyAsync(http.Request, http.RequestAborted);
        var request = new InvocationRequest(function, context => Request(context, http.Request, body)) { BindingData = Data(http.Request) };
        try
        {
            var result = await pipeline.InvokeAsync(request, http.RequestAborted);
            await ResultWriter.WriteAsync(http.Response, result, worker.Value.Serializer!, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            Log.CallerLeft(pipeline.LoggerOf(function), function.Name, request.InvocationId);
        }
        catch (Exception exception)
        {
            Log.FunctionFailed(pipeline.LoggerOf(function), exception, function.Name, request.InvocationId);
            Fail(http.Response);
        }
    }

    /// <summary>What happened is the operator's to know, not the caller's.</summary>
    private static void Fail(HttpResponse response)
    {
        if (!response.HasStarted)
        {
            response.Clear();
            response.StatusCode = StatusCodes.Status500InternalServerError;
            response.ContentLength = 0;
            return;
        }

        // A body that ended here would pass for a whole one.
        response.HttpContext.Abort();
    }

    private static KestrelRequestData Request(EmbeddedFunctionContext context, HttpRequest request, Stream body)
    {
        var data = new KestrelRequestData(context, request, body);
        context.Features.Set<IHttpRequestDataFeature>(new RequestFeature(data));
        return data;
    }

    /// <summary>Whole, so that it can be read twice; a large one lies in a temporary file, which goes with the request.</summary>
    private static async Task<Stream> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(BodyInMemory);
        await request.Body.DrainAsync(cancellationToken);
        request.Body.Position = 0;
        return request.Body;
    }

    private static Dictionary<string, object?> Data(HttpRequest request)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Query)
        {
            data[name] = value.ToString();
        }

        data[BindingDataNames.Query] = JsonSerializer.Serialize(request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        data[BindingDataNames.Headers] = JsonSerializer.Serialize(request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));

        // The route wins over a query of the same name: it is the one that was matched.
        foreach (var (name, value) in request.RouteValues)
        {
            data[name] = value?.ToString();
        }

        return data;
    }

    private sealed class RequestFeature(HttpRequestData request) : IHttpRequestDataFeature
    {
        public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => ValueTask.FromResult<HttpRequestData?>(request);
    }
}
