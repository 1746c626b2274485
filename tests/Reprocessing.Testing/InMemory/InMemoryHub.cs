using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Reprocessing.Testing.InMemory;

/// <summary>
/// A task hub in memory. It does not end with the app that works on it: the next one is given what was under way, as on storage.
/// </summary>
internal sealed class InMemoryHub : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly CuredOrchestrationService _engine;

    private InMemoryHub(WebApplication server, CuredOrchestrationService engine)
    {
        _server = server;
        _engine = engine;
    }

    /// <param name="clock">The time that orchestrators see, and that their timers wait for.</param>
    public static async Task<InMemoryHub> StartAsync(TimeProvider clock)
    {
        var engine = new CuredOrchestrationService(clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddGrpc(grpc =>
        {
            // The default of 4 MiB is less than what a turn of a large orchestration may say.
            grpc.MaxReceiveMessageSize = null;
            grpc.MaxSendMessageSize = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(engine).AddSingleton<CuredTaskHubServer>();
        var server = builder.Build();
        server.UseRouting();
        server.MapGrpcService<CuredTaskHubServer>();
        await server.StartAsync();
        return new InMemoryHub(server, engine);
    }

    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress(
        _server.Urls.First(), new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });

    /// <summary>How often an instance of this id was started, by the client or by a parent.</summary>
    public int StartsOf(string instanceId) => _engine.StartsOf(instanceId);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _engine.Dispose();
    }
}
