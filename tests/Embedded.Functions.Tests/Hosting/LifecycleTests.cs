using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.Functions.Tests.Hosting;

[Collection(nameof(AzuriteCollection))]
public sealed class LifecycleTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_stopping_host_finishes_the_request_that_it_has_taken()
    {
        var gate = new Gate();
        await using var app = await TestApp.StartAsync(
            azurite, [typeof(GatedFunction)], configure: builder => builder.Services.AddSingleton(gate));
        var answering = app.Client.GetStringAsync("/api/gated");
        await gate.Entered.Task;

        var stopping = app.StopAsync();
        await app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.WaitAsync();
        Assert.False(answering.IsCompleted);
        gate.Open.SetResult();

        Assert.Equal("GET through", await answering);
        await stopping;
    }

    [Fact]
    public async Task What_an_app_starts_runs_while_the_hub_does()
    {
        var service = new HubUser();
        await using (await TestApp.StartAsync(azurite, [typeof(HelloFunctions)], configure: builder => builder.Services.AddHostedService(services =>
        {
            service.Services = services;
            return service;
        })))
        {
            Assert.NotNull(service.Started);
        }

        Assert.Equal("2", service.Stopped);
    }

    [Fact]
    public async Task A_host_that_cannot_listen_gives_the_hub_back()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var hub = AzuriteFixture.NewName("Hub");
        var settings = new Dictionary<string, string?>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = hub,
            ["port"] = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };

        await Assert.ThrowsAsync<IOException>(() => TestApp.StartAsync(azurite, [typeof(HelloFunctions)], settings));

        var lease = await new TableTaskHubStore(new TableServiceClient(azurite.ConnectionString), hub).ReadLeaseAsync(CancellationToken.None);
        Assert.Null(lease!.Owner);
    }

    [Fact]
    public async Task A_host_that_loses_its_hub_stops()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(HelloFunctions)]);
        var thief = new TaskHubHost(
            new TaskHubOptions { HubName = app.Facts.Host.HubName, IsDead = _ => true },
            new TableTaskHubStore(new TableServiceClient(azurite.ConnectionString), app.Facts.Host.HubName),
            new NoFunctions(),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await using (thief)
        {
            await thief.StartAsync(CancellationToken.None);

            // Its next commit tells the host whose the hub is.
            using var refused = await app.SendAsync(HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/Fan", """{"Id":"f","N":1}""");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            await app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.WaitAsync();
        }
    }

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class GatedFunction(Gate gate)
    {
        [Function("Gated")]
        public async Task<string> Gated([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData req)
        {
            gate.Entered.SetResult();
            await gate.Open.Task;
            return req.Method + " through";
        }
    }

    private sealed class HubUser : IHostedService
    {
        public IServiceProvider? Services { get; set; }

        public string? Started { get; private set; }

        public string? Stopped { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) => Started = await FanAsync(cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken) => Stopped = await FanAsync(cancellationToken);

        private async Task<string?> FanAsync(CancellationToken cancellationToken)
        {
            var client = Services!.GetRequiredService<Embedded.Functions.Durable.DurableRuntime>().Client;
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Fan", new Item("x", 2), cancellationToken);
            return (await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken)).SerializedOutput;
        }
    }

    private sealed class NoFunctions : ITaskExecutor
    {
        public IReadOnlyCollection<string> OrchestratorNames => [];

        public bool HasActivity(string name) => false;

        public Task<string?> RunOrchestratorAsync(TaskOrchestrationContext context) => throw new NotSupportedException();

        public Task<string?> RunActivityAsync(ActivityRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
