using Embedded.DurableTask.Hosting;
using Embedded.Functions.Durable;
using Embedded.Functions.Keys;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>The Durable HTTP management API: routes, key, errors.</summary>
internal sealed class ManagementApi(KeyGuard keys, ILogger<ManagementApi> logger)
{
    private const string Instance = ManagementLinks.BasePath + "/instances/{instanceId}";

    public void Map(WebApplication app)
    {
        var instances = app.Services.GetRequiredService<InstanceRoutes>();
        var list = app.Services.GetRequiredService<InstanceListRoutes>();
        var starts = app.Services.GetRequiredService<OrchestrationStarts>();

        Map(app, "GET", "/instances", list.ListAsync);
        Map(app, "DELETE", "/instances", list.PurgeAsync);
        OnInstance(app, "GET", "", instances.StatusAsync);
        OnInstance(app, "DELETE", "", instances.PurgeAsync);
        OnInstance(app, "POST", "/terminate", instances.TerminateAsync);
        OnInstance(app, "POST", "/suspend", instances.SuspendAsync);
        OnInstance(app, "POST", "/resume", instances.ResumeAsync);
        OnInstance(app, "POST", "/rewind", instances.RewindAsync);
        OnInstance(app, "POST", "/restart", instances.RestartAsync);
        OnInstance(app, "POST", "/raiseEvent/{eventName}", (http, id) => instances.RaiseEventAsync(http, id, Value(http, "eventName")));
        Map(app, "POST", "/orchestrators/{functionName}/{instanceId?}", http =>
            starts.StartAsync(http, Value(http, "functionName"), (string?)http.GetRouteValue("instanceId")));

        // This hub has no entities: lists of them are empty, and none can be found.
        Map(app, "GET", "/entities/{name?}", http => Answer.JsonAsync(http, new JArray()));
        Map(app, "POST", "/makeprimary", http => Answer.EmptyAsync(http, StatusCodes.Status200OK));
    }

    private void OnInstance(WebApplication app, string method, string rest, Func<HttpContext, string, Task> handle) =>
        Map(app, method, Instance[ManagementLinks.BasePath.Length..] + rest, http => handle(http, Value(http, "instanceId")));

    private void Map(WebApplication app, string method, string route, Func<HttpContext, Task> handle) =>
        app.MapMethods(ManagementLinks.BasePath + route, [method], http => GuardedAsync(http, handle)).WithMetadata(HostRoute.Instance);

    private async Task GuardedAsync(HttpContext http, Func<HttpContext, Task> handle)
    {
        if (!keys.Allows(http.Request, AuthorizationLevel.System))
        {
            KeyGuard.Refuse(http.Response);
            return;
        }

        try
        {
            await handle(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
        }
        catch (TaskHubException exception)
        {
            await AnswerAsync(http, exception);
        }
        catch (ArgumentException exception)
        {
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "One or more of the arguments submitted is incorrect", exception);
        }
        catch (Exception exception) when (exception is not BadHttpRequestException)
        {
            Log.ManagementFailed(logger, exception, http.Request.Method, http.Request.Path);
            await Answer.ErrorAsync(http, StatusCodes.Status500InternalServerError, "Something went wrong while processing your request", exception);
        }
    }

    private static Task AnswerAsync(HttpContext http, TaskHubException exception) => exception.Error switch
    {
        TaskHubError.NotFound => Answer.EmptyAsync(http, StatusCodes.Status404NotFound),
        TaskHubError.NotRunning => Answer.EmptyAsync(http, StatusCodes.Status410Gone),
        TaskHubError.AlreadyExists => Answer.ErrorAsync(http, StatusCodes.Status409Conflict, exception.Message),
        TaskHubError.TooLarge => Answer.ErrorAsync(http, StatusCodes.Status413PayloadTooLarge, exception.Message),
        _ => Answer.ErrorAsync(http, StatusCodes.Status503ServiceUnavailable, exception.Message),
    };

    private static string Value(HttpContext http, string name) => (string?)http.GetRouteValue(name) ?? string.Empty;
}
