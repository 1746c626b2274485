using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;
using EngineContracts.App;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reprocessing.Testing;
using Reprocessing.Testing.InMemory;

namespace EndToEnd.Tests.Contracts;

/// <summary>A small app on one of the engines, with all that its client can do behind HTTP: see the project EngineContracts.App.</summary>
public abstract class EngineApp : IAsyncLifetime
{
    private HttpClient? _http;

    protected abstract Uri Address { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Host and worker go without a word, and others come to the same hub.</summary>
    public abstract Task LoseHostAsync();

    /// <summary>The answer of the engine, null, or the name of the error that it refuses with.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body = null)
    {
        _http ??= new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(Address, $"/api/instances/{path}"))
        {
            Content = new StringContent(JsonSerializer.Serialize(body)),
        };
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0 ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} {path} is answered with {response.StatusCode}.");
    }

    public Task<JsonElement> StartAsync(string orchestrator, string id, object? input = null) => AskAsync(HttpMethod.Put, $"{id}?name={orchestrator}", input);

    public async Task<JsonElement> WaitAsync(string id, string status)
    {
        var last = default(JsonElement);
        await Eventually.TrueAsync(async () => (last = await AskAsync(HttpMethod.Get, id)).Text("status") == status, seen: () => $"{last}");
        return last;
    }

    /// <summary>From its start to its good end.</summary>
    public async Task<JsonElement> RunAsync(string orchestrator, object? input = null)
    {
        var id = NewId();
        await StartAsync(orchestrator, id, input);
        return (await WaitAsync(id, "Completed")).At("output");
    }

    public static string NewId() => AzuriteFixture.NewName("i");

    protected void CloseClient() => _http?.Dispose();
}

public sealed class InMemoryEngineApp : EngineApp
{
    private static readonly AppFunctions Functions = new(typeof(Composition).Assembly);

    private InMemoryHub? _hub;
    private IHost? _host;
    private HttpFront? _front;

    protected override Uri Address => _front!.Address;

    public override async Task InitializeAsync()
    {
        _hub = await InMemoryHub.StartAsync(TimeProvider.System);
        await StartHostAsync();
    }

    public override async Task LoseHostAsync()
    {
        await StopHostAsync();
        await StartHostAsync();
    }

    public override async Task DisposeAsync()
    {
        CloseClient();
        await StopHostAsync();
        await _hub!.DisposeAsync();
    }

    private async Task StartHostAsync()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddWorkerDefaults();
        builder.AddContracts();
        builder.Services.AddDurableFunctions(Functions, AppFiles.DefaultVersion).AddHub(_hub!, Functions);
        builder.Logging.ClearProviders();
        _host = builder.Build();
        await _host.StartAsync();
        _front = await HttpFront.StartAsync(_host.Services);
    }

    private async Task StopHostAsync()
    {
        await _front!.DisposeAsync();
        await _host!.StopAsync();
        _host.Dispose();
    }
}

[SuppressMessage("Design", "CA1001", Justification = "The test framework disposes it by IAsyncLifetime.")]
public sealed class RealEngineApp : EngineApp
{
    private readonly HostStorage _storage = new();
    private AppProcess? _app;

    protected override Uri Address => _app!.Client.Address;

    public override async Task InitializeAsync()
    {
        await _storage.InitializeAsync();
        _app = new AppProcess(
            new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = _storage.ConnectionString,
                ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = AzuriteFixture.NewName(),
            },
            AppFiles.Find("EngineContracts.App"));
        await _app.StartAsync();
    }

    public override async Task LoseHostAsync()
    {
        await _app!.KillAsync();
        await _app.StartAsync();
    }

    public override async Task DisposeAsync()
    {
        CloseClient();
        await _app!.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
