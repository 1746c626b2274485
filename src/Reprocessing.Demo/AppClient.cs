using System.Net.Http.Json;
using System.Text.Json;

namespace Reprocessing.Demo;

/// <summary>The app's HTTP API, as far as the demo goes.</summary>
internal sealed class AppClient(int port) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };

    public string Url(string path) => new Uri(_http.BaseAddress!, path).ToString();

    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync("/api/health", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task SendOrderAsync(object order, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync("/api/orders", order, Json, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<string> GetOrderStatusAsync(string orderId, CancellationToken cancellationToken)
    {
        var order = await _http.GetFromJsonAsync<JsonElement>($"/api/orders/{orderId}", cancellationToken);
        return order.GetProperty("status").GetString()!;
    }

    public async Task<IReadOnlyList<RunSummary>> GetRunsAsync(CancellationToken cancellationToken)
    {
        var page = await _http.GetFromJsonAsync<JsonElement>("/api/reprocessing/runs?pageSize=50", cancellationToken);
        return page.GetProperty("items").Deserialize<List<RunSummary>>(Json)!;
    }

    /// <summary>One run with its live progress.</summary>
    public Task<JsonElement> GetRunAsync(string runId, CancellationToken cancellationToken) =>
        _http.GetFromJsonAsync<JsonElement>($"/api/reprocessing/runs/{runId}", cancellationToken);

    public void Dispose() => _http.Dispose();
}
