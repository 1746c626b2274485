using System.Collections.Immutable;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Reprocessing.Testing.InMemory;

/// <summary>A request as the host hands it to the worker: whole, with a body that can be read again.</summary>
internal sealed class HostRequest(HttpContext http, byte[] body, FunctionContext context) : HttpRequestData(context)
{
    public override Stream Body { get; } = new MemoryStream(body, writable: false);

    public override HttpHeadersCollection Headers { get; } =
        new(http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.OfType<string>())));

    public override IReadOnlyCollection<IHttpCookie> Cookies => ImmutableArray<IHttpCookie>.Empty;

    public override Uri Url { get; } = new(http.Request.GetEncodedUrl());

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => http.Request.Method;

    public override HttpResponseData CreateResponse() => new HostResponse(FunctionContext);
}

internal sealed class HostResponse(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => throw new NotSupportedException("No function of the app sets a cookie.");

    public async Task WriteToAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)StatusCode;
        foreach (var (name, values) in Headers)
        {
            response.Headers[name] = values.ToArray();
        }

        // A function may answer with a stream that is still being written.
        if (Body.CanSeek)
        {
            Body.Position = 0;
            response.ContentLength = Body.Length;
        }

        await Body.CopyToAsync(response.Body, cancellationToken);
    }
}
