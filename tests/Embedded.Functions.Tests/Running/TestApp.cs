using System.Net.Http.Headers;
using System.Text;
using Azure.Data.Tables;
using Embedded.Functions.Hosting;
using Embedded.Functions.Keys;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Tests.Running;

/// <summary>An app inside the test: its own hub on the shared Azurite, a free port, real HTTP.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;

    private TestApp(IHost host, Uri address, HostFacts facts)
    {
        _host = host;
        Facts = facts;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public HostFacts Facts { get; }

    public IServiceProvider Services => _host.Services;

    public HostKeys Keys => Services.GetRequiredService<KeyGuard>().Keys!;

    public static FunctionsApplicationBuilder Builder(IReadOnlyDictionary<string, string?> settings, params Type[] functions)
    {
        var builder = EmbeddedHost.CreateBuilder(new EmbeddedHostOptions
        {
            FunctionsAssembly = typeof(TestApp).Assembly,
            FunctionTypes = functions,
            ContentRoot = AppContext.BaseDirectory,
            Settings = settings,
        });
        builder.Logging.ClearProviders();
        return builder;
    }

    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite, Type[] functions, Dictionary<string, string?>? settings = null, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var all = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = AzuriteFixture.NewName("Hub"),
            ["port"] = "0",
        };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        var builder = Builder(all, functions);
        configure?.Invoke(builder);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }

        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestApp(host, new Uri(address), host.Services.GetRequiredService<HostFacts>());
    }

    public TableClient HostTable(AzuriteFixture azurite) => new(azurite.ConnectionString, Facts.TableName);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return Client.SendAsync(request);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
