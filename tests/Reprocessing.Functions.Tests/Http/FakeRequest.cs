using System.Collections.Specialized;
using System.Security.Claims;
using System.Web;
using Microsoft.Extensions.Configuration;

namespace Reprocessing.Functions.Tests.Http;

/// <summary>A request and its answer without a host.</summary>
internal sealed class FakeRequest(string method, string path, byte[] body, params (string Name, string Value)[] settings)
    : HttpRequestData(Invocation(settings))
{
    public FakeRequest(string method, string path, string body = "", params (string Name, string Value)[] settings)
        : this(method, path, Encoding.UTF8.GetBytes(body), settings)
    {
    }

    public override Stream Body { get; } = new MemoryStream(body);

    public override HttpHeadersCollection Headers { get; } = [];

    public override IReadOnlyCollection<IHttpCookie> Cookies { get; } = [];

    public override Uri Url { get; } = new($"http://app.test{path}");

    public override IEnumerable<ClaimsIdentity> Identities { get; } = [];

    public override string Method { get; } = method;

    public override NameValueCollection Query => HttpUtility.ParseQueryString(Url.Query);

    public static readonly (string Name, string Value) SignInIsOn = ("WEBSITE_AUTH_ENABLED", "True");

    /// <summary>As the platform's sign-in says who it is.</summary>
    public void SignIn(string name, params string[] roles)
    {
        Headers.Add(Caller.PrincipalHeader, name);
        var claims = JsonSerializer.Serialize(new { auth_typ = "aad", claims = roles.Select(role => new { typ = "roles", val = role }).Prepend(new { typ = "name", val = name }) });
        Headers.Add(Caller.ClaimsHeader, Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)));
    }

    /// <summary>Calls a function as the worker does: the app's middleware answers what it throws.</summary>
    public async Task<HttpResponseData> SendAsync(Func<FakeRequest, Task<HttpResponseData>> function)
    {
        try
        {
            return await function(this);
        }
        catch (Exception e)
        {
            return await new ProblemMiddleware(TimeProvider.System, NullLogger<ProblemMiddleware>.Instance).RespondAsync(this, e, default);
        }
    }

    public override HttpResponseData CreateResponse() => new FakeResponse(FunctionContext);

    private static readonly IServiceProvider Services = WorkerServices([]);

    /// <summary>The worker makes its serializer of the options that the app sets.</summary>
    private static ServiceProvider WorkerServices((string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddFunctionsWorkerDefaults();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
        return services.AddHttp().BuildServiceProvider();
    }

    private static FunctionContext Invocation((string Name, string Value)[] settings)
    {
        var context = new Mock<FunctionContext>();
        context.SetupGet(c => c.InvocationId).Returns("invocation-1");
        context.SetupGet(c => c.InstanceServices).Returns(settings.Length == 0 ? Services : WorkerServices(settings));
        return context.Object;
    }
}

internal sealed class FakeResponse(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; }

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => throw new NotSupportedException();
}

internal static class ResponseReading
{
    public static string Text(this HttpResponseData response) => Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray());

    public static JsonElement Json(this HttpResponseData response) => JsonDocument.Parse(response.Text()).RootElement;

    public static string Header(this HttpResponseData response, string name) => response.Headers.GetValues(name).Single();
}
