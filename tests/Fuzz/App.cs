using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Hosts;

namespace Fuzz;

/// <summary>The app that is tried: one in this process, or one that runs elsewhere.</summary>
internal sealed class App : IAsyncDisposable
{
    private const string EverySeconds = "*/5 * * * * *";

    private readonly InProcessApp? _own;
    private readonly int? _processId;
    private readonly HttpClient _http;
    private string? _complaints;

    private App(Uri address, InProcessApp? own, int? processId, string? key)
    {
        Address = address;
        _own = own;
        _processId = processId;
        // Each request is sent as it was made; a redirect would be an answer of its own.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromMinutes(5) };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
        }
    }

    public Uri Address { get; }

    /// <summary>What the app has logged of faults, the last of it; kept when the log is let go.</summary>
    public string Complaints => _complaints ??= _own?.Log.Complaints() ?? string.Empty;

    public static async Task<App> StartAsync(FuzzOptions options)
    {
        if (options.Address is { } address)
        {
            return new(address, null, options.ProcessId, options.Key);
        }

        var storage = new Storage();
        await storage.InitializeAsync();
        var own = await InProcessApp.StartAsync(
            storage,
            ("WarehouseSimulatedFailures", "failing:ship"),
            ("ReprocessingSchedule", "*/15 * * * * *"),
            ("MaintenanceSchedule", EverySeconds));
        return new(own.Client.Address, own, null, null);
    }

    public async Task<(int Status, string? ContentType, string? ETag, string Text, TimeSpan Took)> SendAsync(FuzzRequest request, CancellationToken cancellationToken)
    {
        var target = new Uri(Address.GetLeftPart(UriPartial.Authority) + request.Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
        message.Content = request.Body is null ? null : new ByteArrayContent(request.Body);
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var watch = Stopwatch.StartNew();
        using var response = await _http.SendAsync(message, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Headers.ETag?.ToString(), text, watch.Elapsed);
    }

    public async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(Address, path), cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? JsonNode.Parse(text) : throw new HttpRequestException($"{path}: {(int)response.StatusCode} {text}");
    }

    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken) => _http.GetStringAsync(new Uri(Address, path), cancellationToken);

    /// <returns>The answer, whatever it is; null when it is not JSON.</returns>
    public async Task<JsonNode?> PostAsync(string path, JsonNode body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(Address, path), content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" ? JsonNode.Parse(text) : null;
    }

    /// <summary>All items of a list.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        List<JsonObject> items = [];
        for (string? token = string.Empty; token is not null;)
        {
            var page = await GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}pageSize=500{(token.Length == 0 ? "" : $"&pageToken={token}")}", cancellationToken);
            items.AddRange(page!["items"]!.AsArray().Select(item => item!.AsObject()));
            token = (string?)page["nextPageToken"];
        }

        return items;
    }

    /// <summary>What is in use after a collection; of another process what it holds; null where that is not known.</summary>
    public long? UsedBytes()
    {
        if (_own is not null)
        {
            return GC.GetTotalMemory(forceFullCollection: true);
        }

        using var process = _processId is { } id ? Process.GetProcessById(id) : null;
        return process?.WorkingSet64;
    }

    /// <summary>Stops the app of this process and checks every row and history. Then the engine and the log go, which are no memory of the app's.</summary>
    public async Task VerifyAsync()
    {
        if (_own is null)
        {
            return;
        }

        try
        {
            await _own.VerifyAsync();
        }
        finally
        {
            _ = Complaints;
            _own.Log.Clear();
            await _own.EndHubAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }
}
