using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace QuickStart.App;

public static class HttpFunctions
{
    [Function("Hello")]
    public static HttpResponseData Hello([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "hello/{name:alpha:maxlength(10)?}")] HttpRequestData request, string? name)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString($"{Environment.GetEnvironmentVariable("Greeting")}, {name ?? "World"}!");
        return response;
    }

    /// <summary>Answers with what it was sent: the body, and the rest in headers and a cookie.</summary>
    [Function("Echo")]
    public static async Task<HttpResponseData> EchoAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "put", Route = "echo/{id:int}")] HttpRequestData request, int id)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var response = request.CreateResponse(HttpStatusCode.Created);
        response.Headers.Add("x-id", id.ToString());
        response.Headers.Add("x-method", request.Method);
        response.Headers.Add("x-query", request.Query["q"]);
        response.Headers.Add("x-sent", request.Headers.TryGetValues("x-send", out var sent) ? string.Join('|', sent) : "");
        response.Headers.Add("x-length", body.Length.ToString());
        response.Cookies.Append(new HttpCookie("visit", request.Cookies.FirstOrDefault(c => c.Name == "visit")?.Value + "1") { Path = "/", HttpOnly = true });
        response.Body = new MemoryStream(body.ToArray(), 0, (int)Math.Min(body.Length, 1024));
        return response;
    }

    [Function("Settings")]
    public static HttpResponseData Settings([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        string[] names = ["AZURE_FUNCTIONS_ENVIRONMENT", "WEBSITE_HOSTNAME", "Greeting", "ConnectionStrings:Sql", "CONTAINER_NAME"];
        response.WriteString(string.Join('\n', names.Select(n => $"{n}={Environment.GetEnvironmentVariable(n)}")));
        return response;
    }

    [Function("Reset")]
    public static HttpResponseData Reset([HttpTrigger(AuthorizationLevel.Admin, "post")] HttpRequestData request) => request.CreateResponse(HttpStatusCode.NoContent);

    [Function("Fail")]
    public static HttpResponseData Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request) => throw new InvalidOperationException($"No use, {request.Method}.");

    [Function("ProcessId")]
    public static HttpResponseData ProcessId([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString(Environment.ProcessId.ToString());
        return response;
    }

    [Function("Slow")]
    public static async Task<HttpResponseData> SlowAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "slow/{seconds:int}")] HttpRequestData request, int seconds)
    {
        Console.WriteLine("Slow has begun.");
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return request.CreateResponse(HttpStatusCode.OK);
    }
}
