using Google.Protobuf;
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

/// <summary>HTTP requests and answers as the worker's messages.</summary>
internal static class HttpMessages
{
    /// <summary>The real host's limit of a request body.</summary>
    public const long LargestBody = 104_857_600;

    public static async Task<InvocationRequest> ReadAsync(HttpContext context, FunctionDefinition function)
    {
        var request = context.Request;
        var http = new RpcHttp { Method = request.Method, Url = $"{request.Scheme}://{request.Host}{request.Path.ToUriComponent()}{request.QueryString}" };
        foreach (var (name, values) in request.Query)
        {
            http.NullableQuery[name] = new NullableString { Value = values.ToString() };
        }

        foreach (var (name, values) in request.Headers)
        {
            http.NullableHeaders[name.ToLowerInvariant()] = new NullableString { Value = values.ToString() };
        }

        var invocation = new InvocationRequest();
        foreach (var (name, value) in request.RouteValues)
        {
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
            {
                http.NullableParams[name] = new NullableString { Value = text };
                invocation.TriggerMetadata[name] = new TypedData { String = text };
            }
        }

        // The real host gives no body to the worker when a client names no length; here a chunked one arrives as well.
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false)
        {
            http.Body = new TypedData { Bytes = await ByteString.FromStreamAsync(request.Body, context.RequestAborted) };
        }

        invocation.InputData.Add(new ParameterBinding { Name = function.Trigger.Name, Data = new TypedData { Http = http } });
        return invocation;
    }

    public static async Task WriteAsync(HttpContext context, FunctionDefinition function, InvocationResponse invocation)
    {
        var output = invocation.OutputData.FirstOrDefault(o => o.Name == function.HttpOutput)?.Data?.Http ?? invocation.ReturnValue?.Http;
        var response = context.Response;
        if (output is null)
        {
            response.StatusCode = invocation.ReturnValue is null ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
            return;
        }

        response.StatusCode = int.TryParse(output.StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : StatusCodes.Status200OK;
        foreach (var (name, value) in output.Headers)
        {
            // The framing is the server's own.
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.Append(name, value);
            }
        }

        foreach (var cookie in output.Cookies)
        {
            response.Cookies.Append(cookie.Name, cookie.Value, Options(cookie));
        }

        var body = Body(output.Body);
        if (response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified or < 200)
        {
            return;
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Body(TypedData? body) => body?.DataCase switch
    {
        TypedData.DataOneofCase.Bytes => body.Bytes.Memory,
        TypedData.DataOneofCase.Stream => body.Stream.Memory,
        TypedData.DataOneofCase.String => Encoding.UTF8.GetBytes(body.String),
        TypedData.DataOneofCase.Json => Encoding.UTF8.GetBytes(body.Json),
        _ => ReadOnlyMemory<byte>.Empty,
    };

    private static CookieOptions Options(RpcHttpCookie cookie) => new()
    {
        Domain = cookie.Domain?.Value,
        Path = cookie.Path?.Value,
        Expires = cookie.Expires?.Value?.ToDateTimeOffset(),
        Secure = cookie.Secure?.Value ?? false,
        HttpOnly = cookie.HttpOnly?.Value ?? false,
        MaxAge = cookie.MaxAge is { Value: var seconds } ? TimeSpan.FromSeconds(seconds) : null,
        SameSite = cookie.SameSite switch
        {
            RpcHttpCookie.Types.SameSite.Lax => SameSiteMode.Lax,
            RpcHttpCookie.Types.SameSite.Strict => SameSiteMode.Strict,
            RpcHttpCookie.Types.SameSite.ExplicitNone => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    };
}
