using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Reprocessing.Testing.InMemory;

/// <summary>Serves the HTTP functions of an app in the test process by their routes, and the management API of its hub beside them.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly IServiceProvider _app;
    private readonly ErrorResponse? _onError;
    private readonly Action<HttpRequestData>? _check;
    private readonly string _routePrefix;

    private HttpFront(WebApplication server, IServiceProvider app, ErrorResponse? onError, Action<HttpRequestData>? check, string routePrefix)
    {
        _server = server;
        _app = app;
        _onError = onError;
        _check = check;
        _routePrefix = routePrefix;
    }

    /// <summary>What the app's own middleware answers when a function throws.</summary>
    public delegate Task<HttpResponseData> ErrorResponse(HttpRequestData request, Exception exception, CancellationToken cancellationToken);

    public Uri Address => new(_server.Urls.First());

    /// <param name="onError">Without it the answer is a plain 500.</param>
    /// <param name="check">What the app's own middleware does with a request before its function.</param>
    /// <param name="routePrefix">As the app's host.json says.</param>
    public static async Task<HttpFront> StartAsync(IServiceProvider app, ErrorResponse? onError = null, Action<HttpRequestData>? check = null, string routePrefix = "api/")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            // As the platform's host limits a body.
            kestrel.Limits.MaxRequestBodySize = 100 * 1024 * 1024;
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var front = new HttpFront(builder.Build(), app, onError, check, routePrefix);
        front.Map();
        await front._server.StartAsync();
        app.GetRequiredService<BoundClient>().Bind(new Uri(front.Address, ManagementRoutes.Path));
        return front;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Map()
    {
        foreach (var function in _app.GetRequiredService<AppFunctions>().With<HttpTriggerAttribute>())
        {
            var trigger = function.Trigger.GetCustomAttribute<HttpTriggerAttribute>()!;
            _server.MapMethods(
                $"/{_routePrefix}" + (trigger.Route ?? function.Name), trigger.Methods ?? ["GET", "POST"], (RequestDelegate)(http => CallAsync(http, function)));
        }

        ManagementRoutes.Map(_server, _app.GetRequiredService<BoundClient>());

        // The platform's host knows no wrong method, only a route that is not there.
        _server.MapFallback("{**path}", (RequestDelegate)(http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }));
    }

    private async Task CallAsync(HttpContext http, AppFunction function)
    {
        await using var scope = _app.CreateAsyncScope();
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var call = new FunctionCall(function, scope.ServiceProvider, http.Request.RouteValues, http.RequestAborted);
        var request = new HostRequest(http, body.ToArray(), call);
        try
        {
            var response = (HostResponse)await AnswerAsync(call, request);
            await response.WriteToAsync(http.Response, http.RequestAborted);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            scope.ServiceProvider.GetRequiredService<ILogger<HttpFront>>().FunctionFailed(e, function.Name);
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private async Task<HttpResponseData> AnswerAsync(FunctionCall call, HostRequest request)
    {
        try
        {
            _check?.Invoke(request);
            return (HttpResponseData)(await call.RunAsync(request))!;
        }
        catch (Exception e) when (_onError is not null && (e is not OperationCanceledException || !call.CancellationToken.IsCancellationRequested))
        {
            return await _onError(request, e, call.CancellationToken);
        }
    }
}
