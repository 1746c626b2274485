using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Web;

/// <summary>Writes what an HTTP function returned: a response as it is, text as text, nothing as 204, any other value as JSON.</summary>
internal static class ResultWriter
{
    public static Task WriteAsync(HttpResponse response, object? result, ObjectSerializer serializer, CancellationToken cancellationToken) =>
        result switch
        {
            HttpResponseData data => WriteAsync(response, data, cancellationToken),
            null => NoContent(response),
            string text => BodyAsync(response, BinaryData.FromString(text), "text/plain; charset=utf-8", cancellationToken),
            _ => BodyAsync(response, serializer.Serialize(result, cancellationToken: cancellationToken), "application/json; charset=utf-8", cancellationToken),
        };

    private static async Task WriteAsync(HttpResponse response, HttpResponseData data, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)data.StatusCode;
        foreach (var (name, values) in data.Headers)
        {
            // The length is counted here; a function that streams would have to know the transport.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = values.ToArray();
            }
        }

        (data as BufferedResponseData)?.ResponseCookies.WriteTo(response);
        if (response.StatusCode is 204 or 205 or 304 or < 200)
        {
            return;
        }

        await using var body = data.Body;
        if (body.CanSeek)
        {
            body.Position = 0;
            response.ContentLength = body.Length;
        }

        await body.CopyToAsync(response.Body, cancellationToken);
    }

    private static Task NoContent(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task BodyAsync(HttpResponse response, BinaryData body, string contentType, CancellationToken cancellationToken)
    {
        response.ContentType = contentType;
        response.ContentLength = body.ToMemory().Length;
        await response.Body.WriteAsync(body.ToMemory(), cancellationToken);
    }
}
