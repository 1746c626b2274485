using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Reprocessing.LocalHost.Http;

/// <summary>Serves the app's HTTP functions at their routes.</summary>
internal sealed class HttpTriggers(FunctionApp app, HostJson hostJson, WorkerHost worker, DurableClients clients, Access access, ParameterPolicyFactory policies, ILoggerFactory loggers)
{
    /// <summary>Marks a request that a route was found for, so that what is left of 405 is a wrong method.</summary>
    private static readonly object Served = new();

    private readonly ILogger _log = loggers.CreateLogger("Host.Functions");

    /// <exception cref="StartException">A route is broken.</exception>
    public void Map(WebApplication web)
    {
        foreach (var function in app.Of(TriggerKind.Http))
        {
            var level = AccessLevel(function);
            RequestDelegate serve = context => ServeAsync(context, function, level);
            try
            {
                var route = RoutePatternFactory.Parse(Route(function));
                foreach (var parameter in route.Parameters)
                {
                    // The router itself looks at constraints when the first request comes, and then answers none any more.
                    _ = parameter.ParameterPolicies.Select(policy => policies.Create(parameter, policy)).ToList();
                }

                _ = Methods(function) is { Count: > 0 } methods ? web.MapMethods(route.RawText!, methods, serve) : web.Map(route, serve);
            }
            catch (Exception e) when (e is RoutePatternException or InvalidOperationException)
            {
                throw new StartException($"Function {function.Name} has a broken route {Route(function)}: {StartException.Reason(e)}", e);
            }
        }
    }

    /// <summary>The real host answers 404 to a method that a function does not have; the router says 405.</summary>
    public static async Task AnswerWrongMethodAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && !context.Items.ContainsKey(Served) && !context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public string Route(FunctionDefinition function)
    {
        var route = (function.Trigger.Text("route") ?? function.Name).TrimStart('/');
        return hostJson.RoutePrefix.Length == 0 ? $"/{route}" : $"/{hostJson.RoutePrefix}/{route}";
    }

    /// <summary>In capitals; none for all.</summary>
    public static IReadOnlyList<string> Methods(FunctionDefinition function)
        => [.. (function.Trigger.Raw["methods"]?.AsArray() ?? []).Select(m => m!.ToString().ToUpperInvariant())];

    private static AccessLevel AccessLevel(FunctionDefinition function)
        => function.Trigger.Text("authLevel") is not { } text ? Http.AccessLevel.Function
            : Enum.TryParse<AccessLevel>(text, ignoreCase: true, out var level) && level != Http.AccessLevel.System ? level
            : throw new StartException($"Function {function.Name} has the unknown authorization level {text}.");

    private async Task ServeAsync(HttpContext context, FunctionDefinition function, AccessLevel level)
    {
        context.Items[Served] = Served;
        if (!access.Allows(context.Request, level, function.Name))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = HttpMessages.LargestBody;
        }

        try
        {
            var request = await HttpMessages.ReadAsync(context, function);
            clients.AddTo(request, function);
            await HttpMessages.WriteAsync(context, function, await worker.InvokeAsync(function, request, context.RequestAborted, context.RequestAborted));
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception e) when (e is FunctionFailedException or WorkerProcessExitException or OperationCanceledException)
        {
            var reason = (e as FunctionFailedException)?.Reason ?? e.Message;
            Log.FunctionFailed(_log, function.Name, reason);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            if (access.IsOpen)
            {
                await context.Response.WriteAsync(reason, context.RequestAborted);
            }
        }
    }
}
