using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Samples;

public sealed record Note(string Title, int Count);

/// <summary>A scoped service: an instance an invocation.</summary>
public sealed class Visit : IDisposable
{
    private static int _open;

    public Visit() => Interlocked.Increment(ref _open);

    public static int Open => Volatile.Read(ref _open);

    public Guid Id { get; } = Guid.NewGuid();

    public void Dispose() => Interlocked.Decrement(ref _open);
}

public sealed class WebFunctions(Visit visit)
{
    [Function("Typed")]
    public static string Typed(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "typed/{id:guid}/{count:int}/{word:alpha?}")] HttpRequestData req,
        Guid id,
        int count,
        string? word,
        bool? flag,
        FunctionContext context) =>
        $"{req.Method} {id:N} {count} {word ?? "none"} {flag?.ToString() ?? "none"} {context.BindingContext.BindingData.Count > 0}";

    [Function("Needs")]
    public static string Needs([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req, int amount) => $"{req.Method} {amount}";

    [Function("Pages")]
    public static string Pages([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req, int page = 7) => $"{req.Method} {page}";

    [Function("Body")]
    public static async Task<HttpResponseData> Body([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData req, [FromBody] Note note)
    {
        var response = req.CreateResponse(HttpStatusCode.Created);
        await response.WriteAsJsonAsync(new { note.Title, Twice = note.Count * 2, Again = await req.ReadFromJsonAsync<Note>() });
        return response;
    }

    /// <summary>A body that is made while it is read, and fails before its end.</summary>
    [Function("Breaks")]
    public static HttpResponseData Breaks([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req)
    {
        var response = req.CreateResponse();
        response.Body = new BreakingStream(100_000);
        return response;
    }

    [Function("Echo")]
    public static async Task<HttpResponseData> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "post", "put")] HttpRequestData req)
    {
        var response = req.CreateResponse();
        response.Headers.Add("X-Query", req.Query["q"] ?? "none");
        response.Headers.Add("X-Seen", req.Headers.GetValues("X-Asked"));
        response.Cookies.Append(new HttpCookie("taste", "sweet") { HttpOnly = true, Path = "/", SameSite = SameSite.Strict, MaxAge = 60 });
        foreach (var cookie in req.Cookies)
        {
            response.Cookies.Append(cookie.Name, cookie.Value);
        }

        await response.WriteStringAsync(await req.ReadAsStringAsync() ?? string.Empty);
        return response;
    }

    [Function("Throws")]
    public static HttpResponseData Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req) =>
        throw new InvalidOperationException($"secret of {req.Url}");

    [Function("Nothing")]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData req) => _ = req.Method;

    [Function("Value")]
    public static ValueTask<Note> Value([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req) =>
        ValueTask.FromResult(new Note(req.Method, 1));

    [Function("Visits")]
    public async Task<string> Visits([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req, FunctionContext context)
    {
        await Task.Yield();
        var same = ReferenceEquals(visit, context.InstanceServices.GetService(typeof(Visit)));
        return $"{req.Method} {same} {visit.Id} {Visit.Open > 0}";
    }

    [Function("Guarded")]
    public static string Guarded([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequestData req) => req.Method;

    [Function("Master")]
    public static string Master([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequestData req) => req.Method;
}
