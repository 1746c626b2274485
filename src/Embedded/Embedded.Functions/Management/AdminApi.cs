using Embedded.Functions.Discovery;
using Embedded.Functions.Keys;
using Embedded.Functions.Scheduling;
using Embedded.Functions.Settings;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>The part of the host's admin API that an operator of one process needs. The master key opens it.</summary>
internal sealed class AdminApi(FunctionCatalog catalog, TimerService timers, HostJson host, KeyGuard keys, TimeProvider time)
{
    private const string Version = "4.0.0.0";

    private readonly long _started = time.GetTimestamp();

    public void Map(WebApplication app)
    {
        Map(app, "GET", "/admin/host/status", StatusAsync);
        Map(app, "GET", "/admin/functions", http =>
            Answer.JsonAsync(http, new JArray(catalog.All.Select(function => AdminFunctionJson.Of(function, host, Address(http))))));
        Map(app, "GET", "/admin/functions/{name}", FunctionAsync);
        Map(app, "POST", "/admin/functions/{name}", RunAsync);
        app.MapMethods("/admin/host/ping", ["GET", "POST"], http => Answer.EmptyAsync(http, StatusCodes.Status200OK)).WithMetadata(HostRoute.Instance);
        app.MapMethods("/", ["GET"], RootAsync).WithMetadata(HostRoute.Instance);
    }

    private void Map(WebApplication app, string method, string route, Func<HttpContext, Task> handle) =>
        app.MapMethods(route, [method], http =>
        {
            if (keys.Allows(http.Request, AuthorizationLevel.Admin))
            {
                return handle(http);
            }

            KeyGuard.Refuse(http.Response);
            return Task.CompletedTask;
        }).WithMetadata(HostRoute.Instance);

    private Task StatusAsync(HttpContext http) => Answer.JsonAsync(http, new JObject
    {
        ["id"] = host.HubName,
        ["state"] = "Running",
        ["version"] = Version,
        ["versionDetails"] = "embedded",
        ["platformVersion"] = string.Empty,
        ["instanceId"] = string.Empty,
        ["computerName"] = string.Empty,
        ["processUptime"] = (long)time.GetElapsedTime(_started).TotalMilliseconds,
        ["functionAppContentEditingState"] = "Unknown",
    });

    private Task FunctionAsync(HttpContext http) => catalog.Find(Name(http)) is { } function
        ? Answer.JsonAsync(http, AdminFunctionJson.Of(function, host, Address(http)))
        : Answer.EmptyAsync(http, StatusCodes.Status404NotFound);

    private Task RunAsync(HttpContext http)
    {
        if (catalog.Find(Name(http)) is not { } function)
        {
            return Answer.EmptyAsync(http, StatusCodes.Status404NotFound);
        }

        return timers.TryRunNow(function.Name)
            ? Answer.EmptyAsync(http, StatusCodes.Status202Accepted)
            : Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, $"'{function.Name}' is no timer function: call it by its own trigger.");
    }

    private static async Task RootAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html";
        await http.Response.WriteAsync("<!DOCTYPE html><title>Your function app is up and running.</title><h1>Your function app is up and running.</h1>\n");
    }

    private static string Name(HttpContext http) => (string?)http.GetRouteValue("name") ?? string.Empty;

    private static string Address(HttpContext http) => RequestUrl.Of(http.Request).GetLeftPart(UriPartial.Authority);
}
