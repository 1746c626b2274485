using Microsoft.Azure.WebJobs.Host.Config;

namespace Reprocessing.LocalHost.Http;

#pragma warning disable CS0618 // Obsolete, and the only way by which the extension learns its own address.
/// <summary>The Durable extension's management API, served by the extension's own handler.</summary>
internal sealed class DurableWebhooks(HostIdentity identity, Access access) : IWebHookProvider
{
    private const string Path = "/runtime/webhooks/durabletask";
    private IAsyncConverter<HttpRequestMessage, HttpResponseMessage>? _handler;

    /// <summary>Where the extension is reached, with the key that its callers need: it hands both out in its links.</summary>
    public Uri GetUrl(IExtensionConfigProvider extension)
    {
        _handler ??= extension as IAsyncConverter<HttpRequestMessage, HttpResponseMessage>;
        return new Uri(identity.Root, access.Keys is { } keys ? $"{Path}?code={Uri.EscapeDataString(keys.System)}" : Path);
    }

    public void Map(WebApplication web) => web.Map(Path + "/{**rest}", ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        if (!access.Allows(context.Request, AccessLevel.System) || _handler is null)
        {
            context.Response.StatusCode = _handler is null ? StatusCodes.Status404NotFound : StatusCodes.Status401Unauthorized;
            return;
        }

        using var request = await ReadAsync(context);
        using var response = await _handler.ConvertAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.Append(name, values.ToArray());
            }
        }

        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (body.Length > 0)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static async Task<HttpRequestMessage> ReadAsync(HttpContext context)
    {
        var from = context.Request;
        var request = new HttpRequestMessage(new HttpMethod(from.Method), $"{from.Scheme}://{from.Host}{from.Path.ToUriComponent()}{from.QueryString}");
        var body = new MemoryStream();
        await from.Body.CopyToAsync(body, context.RequestAborted);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in from.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return request;
    }
}
