using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Hosts;

/// <summary>The app as its callers see it. Answers stay JSON: the names in them are part of what is tested.</summary>
/// <param name="log">What the app has said, for the message of a wait that was in vain.</param>
internal sealed class AppClient(Uri address, Func<string> log) : IDisposable
{
    public const string Batch = "reprocessing-batch";

    public const string Management = "/runtime/webhooks/durabletask/instances";
    // As most clients write: letters of any script as they are.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Ended = ["Completed", "Failed", "Terminated", "Canceled"];

    private readonly ConcurrentQueue<AnsweredCall> _answered = new();
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public Uri Address { get; } = address;

    public string Log => log();

    /// <summary>What was asked for and succeeded.</summary>
    public IReadOnlyCollection<AnsweredCall> Answered => _answered;

    /// <summary>The headers by which the platform says who is signed in.</summary>
    public static (string Name, string Value)[] SignedIn(string name, params string[] roles) =>
    [
        ("x-ms-client-principal-name", name),
        ("x-ms-client-principal", Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { claims = roles.Select(role => new { typ = "roles", val = role }) }))),
    ];

    public Task<ApiResponse> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiResponse> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : new StringContent(JsonSerializer.Serialize(body, Plain), Encoding.UTF8, "application/json"));

    public Task<ApiResponse> PostRawAsync(string path, string body) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <param name="headers">As <c>If-Match</c>.</param>
    public Task<ApiResponse> SendJsonAsync(HttpMethod method, string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, new StringContent(JsonSerializer.Serialize(body, Plain), Encoding.UTF8, "application/json"), headers);

    public async Task<ApiResponse> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        if (response.IsSuccessStatusCode)
        {
            _answered.Enqueue(new(method.Method, response.RequestMessage!.RequestUri!.AbsolutePath));
        }

        return await ApiResponse.ReadAsync(response);
    }

    public async Task<bool> IsHealthyAsync()
    {
        try
        {
            return (await GetAsync("/api/health")).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task<ApiResponse> StartRunAsync(int? maxOrders = null) =>
        maxOrders is { } most ? PostAsync("/api/reprocessing/runs", new { maxOrders = most }) : PostAsync("/api/reprocessing/runs");

    /// <summary>Starts a run and follows the address that the answer gives until it has ended; the instance's status then.</summary>
    public async Task<JsonElement> RunAsync(int? maxOrders = null, TimeSpan? limit = null)
    {
        var started = (await StartRunAsync(maxOrders)).Expect(HttpStatusCode.Accepted);
        return await WaitForEndAsync(started.Json.GetProperty("statusQueryGetUri").GetString()!, limit);
    }

    public Task<JsonElement> WaitForBatchAsync(TimeSpan? limit = null) => WaitForEndAsync($"{Management}/{Batch}", limit);

    public async Task<JsonElement> WaitForEndAsync(string statusAddress, TimeSpan? limit = null)
    {
        var last = string.Empty;
        var answer = await Eventually.GetAsync(
            async () =>
            {
                var status = await GetAsync(statusAddress);
                last = status.Text;
                return status.Status == HttpStatusCode.OK && Ended.Contains(status.Json.GetProperty("runtimeStatus").GetString()) ? status : null;
            },
            limit,
            () => $"{last}{Environment.NewLine}{log()}");
        return answer.Json;
    }

    public Task<ApiResponse> GetInstanceAsync(string instanceId, string query = "") => GetAsync($"{Management}/{Uri.EscapeDataString(instanceId)}{query}");

    public Task WaitForStatusAsync(string instanceId, string status) =>
        Eventually.TrueAsync(
            async () => await GetInstanceAsync(instanceId) is { Json.ValueKind: JsonValueKind.Object } answer && answer.Json.Status() == status,
            seen: log);

    /// <summary>Waits until a list is empty.</summary>
    public Task WaitForNoneAsync(string list) => Eventually.TrueAsync(async () => (await GetAsync(list)).Json.GetArrayLength() == 0);

    public Task<ApiResponse> GetOrderAsync(string orderId) => GetAsync($"/api/orders/{Uri.EscapeDataString(orderId)}");

    public async Task<string?> GetOrderStatusAsync(string orderId)
    {
        var order = await GetOrderAsync(orderId);
        return order.Status == HttpStatusCode.OK ? order.Json.GetProperty("status").GetString() : null;
    }

    public Task WaitForOrderAsync(string orderId, string status, TimeSpan? limit = null)
    {
        string? last = null;
        return Eventually.TrueAsync(
            async () => (last = await GetOrderStatusAsync(orderId)) == status, limit, () => $"{orderId} is {last}, not {status}.{Environment.NewLine}{log()}");
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record AnsweredCall(string Method, string Path)
{
    /// <param name="template">As <c>/api/orders/{orderId}</c>.</param>
    public bool IsOf(string method, string template) =>
        method == Method
        && Path.Split('/') is var given && template.Split('/') is var wanted
        && given.Length == wanted.Length
        && given.Zip(wanted).All(pair => pair.Second.StartsWith('{') || pair.First == pair.Second);
}
