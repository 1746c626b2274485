using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Web;

/// <summary>
/// A request as the worker sees it: its body is whole, so that middleware and function can both read it.
/// </summary>
internal sealed class KestrelRequestData(FunctionContext context, HttpRequest request, Stream body) : HttpRequestData(context)
{
    private IReadOnlyCollection<IHttpCookie>? _cookies;

    public override Stream Body => body;

    public override HttpHeadersCollection Headers { get; } = new(
        request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Select(value => value ?? string.Empty))));

    public override IReadOnlyCollection<IHttpCookie> Cookies =>
        _cookies ??= [.. request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url { get; } = RequestUrl.Of(request);

    public override IEnumerable<ClaimsIdentity> Identities => request.HttpContext.User.Identities;

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new BufferedResponseData(FunctionContext);
}
