using Microsoft.Azure.WebJobs.Host;

namespace Reprocessing.LocalHost.Http;

/// <summary>The part of the real host's /admin that a developer uses: status, list of functions, and a timer function run now.</summary>
internal sealed class AdminApi(FunctionApp app, HttpTriggers http, FunctionTypes types, JobHost jobHost, HostIdentity identity, Access access, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
{
    public void Map(WebApplication web)
    {
        web.MapGet("/admin/host/status", context => ServeAsync(context, Status));
        web.MapGet("/admin/functions", context => ServeAsync(context, () => new JsonArray([.. app.Functions.Select(Describe)])));
        web.MapPost("/admin/functions/{name}", RunAsync);
    }

    private async Task ServeAsync(HttpContext context, Func<JsonNode> answer)
    {
        if (access.Allows(context.Request, AccessLevel.Admin))
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(answer().ToJsonString(), context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    }

    private JsonObject Status() => new()
    {
        ["id"] = identity.HostId,
        ["state"] = lifetime.ApplicationStopping.IsCancellationRequested ? "Stopping" : identity.IsReady ? "Running" : "Initialized",
        ["version"] = HostVersion.Own,
        ["instanceId"] = identity.InstanceId,
        ["computerName"] = Environment.MachineName,
        ["processUptime"] = Environment.TickCount64 - identity.StartedAt,
    };

    private JsonNode Describe(FunctionDefinition function) => new JsonObject
    {
        ["name"] = function.Name,
        ["language"] = "dotnet-isolated",
        ["isDisabled"] = false,
        ["invoke_url_template"] = function.Kind == TriggerKind.Http ? new Uri(identity.Root, http.Route(function)).ToString() : null,
        ["config"] = new JsonObject
        {
            ["name"] = function.Name,
            ["entryPoint"] = function.EntryPoint,
            ["scriptFile"] = function.ScriptFile,
            ["language"] = "dotnet-isolated",
            ["bindings"] = new JsonArray([.. function.Bindings.Select(b => b.Raw.DeepClone())]),
        },
    };

    private async Task RunAsync(HttpContext context)
    {
        if (!access.Allows(context.Request, AccessLevel.Admin))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var function = app.Functions.FirstOrDefault(f => f.Name.Equals(context.Request.RouteValues["name"]?.ToString(), StringComparison.OrdinalIgnoreCase));
        if (function is not { Kind: TriggerKind.Timer })
        {
            context.Response.StatusCode = function is null ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(function is null ? "There is no such function." : "Only timer functions can be run here.", context.RequestAborted);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        // As in the real host, the answer does not wait for the function.
        _ = RunTimerAsync(function);
    }

    private async Task RunTimerAsync(FunctionDefinition function)
    {
        try
        {
            // The trigger makes its own information when it is given none.
            await jobHost.CallAsync(types.Method(function.Name), new Dictionary<string, object?> { [function.Trigger.Name] = null }, lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is FunctionException or InvalidOperationException or OperationCanceledException)
        {
            Log.NotRun(loggers.CreateLogger("Host.Admin"), function.Name, StartException.Reason(e));
        }
    }
}
