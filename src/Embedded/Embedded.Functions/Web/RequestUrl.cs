using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Embedded.Functions.Web;

internal static class RequestUrl
{
    /// <summary>The request's whole address. A caller that names no host, or none that can be one, has at least come to this socket.</summary>
    public static Uri Of(HttpRequest request)
    {
        if (Uri.TryCreate(request.GetEncodedUrl(), UriKind.Absolute, out var url) && url.Host.Length > 0)
        {
            return url;
        }

        var connection = request.HttpContext.Connection;
        var socket = new UriBuilder(request.Scheme, connection.LocalIpAddress?.ToString() ?? "localhost", connection.LocalPort);
        return new Uri(socket.Uri, request.GetEncodedPathAndQuery());
    }
}
