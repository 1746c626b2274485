using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Reprocessing.LocalHost.Worker;

/// <summary>The gRPC server, on a free loopback port, that each worker process opens its stream to.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, WorkerProcess> _expected = new();
    private readonly WebApplication _web;

    private WorkerServer(ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddGrpc(options => (options.MaxReceiveMessageSize, options.MaxSendMessageSize) = (null, null));
        builder.Services.AddSingleton(new EventStreams(this));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
            // One stream carries all messages, large ones too.
            kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
            kestrel.Limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        _web = builder.Build();
        _web.MapGrpcService<EventStreams>();
    }

    public Uri Address { get; private set; } = null!;

    public static async Task<WorkerServer> StartAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new WorkerServer(loggers);
        await server._web.StartAsync(cancellationToken);
        var addresses = server._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        return server;
    }

    public void Expect(WorkerProcess worker) => _expected[worker.Id] = worker;

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _web.StopAsync(atOnce.Token);
        await _web.DisposeAsync();
    }

    private sealed class EventStreams(WorkerServer server) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            // Any program of this machine can connect; the id, which only the child process knows, tells who it is.
            if (!await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.StartStream is not { } start
                || !server._expected.TryRemove(start.WorkerId, out var worker))
            {
                throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "No such worker is expected."));
            }

            await worker.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}

/// <summary>How a worker is started: its program, its arguments, its environment.</summary>
internal static class WorkerLaunch
{
    public static ProcessStartInfo Describe(FunctionApp app, Uri server, string id)
    {
        var start = new ProcessStartInfo(app.WorkerExecutable)
        {
            WorkingDirectory = app.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (app.WorkerExecutable != app.WorkerPath)
        {
            start.ArgumentList.Add(app.WorkerPath);
        }

        var request = Guid.NewGuid().ToString();
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        var limit = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        // Both forms, as the real host gives them: workers before 1.20 read the first, later ones the second.
        string[] arguments =
        [
            "--host", server.Host, "--port", port, "--workerId", id, "--requestId", request, "--grpcMaxMessageLength", limit,
            "--functions-uri", server.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", request, "--functions-grpc-max-message-length", limit,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var hooks = Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS");
        start.Environment["DOTNET_STARTUP_HOOKS"] = string.IsNullOrEmpty(hooks) ? typeof(StartupHook).Assembly.Location : $"{typeof(StartupHook).Assembly.Location}{Path.PathSeparator}{hooks}";
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = app.Folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        return start;
    }
}
