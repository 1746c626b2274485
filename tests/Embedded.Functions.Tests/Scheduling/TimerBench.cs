using Azure.Core.Serialization;
using Azure.Data.Tables;
using Embedded.Functions.Discovery;
using Embedded.Functions.Hosting;
using Embedded.Functions.Invocation;
using Embedded.Functions.Scheduling;
using Embedded.Functions.Tests.Running;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.Functions.Tests.Scheduling;

/// <summary>One timer function on a clock of the test's, with its status on Azurite. A second host is another start on the same bench.</summary>
internal sealed class TimerBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];
    private readonly FunctionPipeline _pipeline;
    private readonly FunctionDescriptor _function;
    private readonly ServiceProvider _services;

    public TimerBench(AzuriteFixture azurite, Ticks ticks, DateTimeOffset start, ObjectSerializer? serializer = null)
    {
        Ticks = ticks;
        Time = new ManualTime(start);
        Table = new TableClient(azurite.ConnectionString, AzuriteFixture.NewName("Host"));
        var problems = new List<string>();
        var options = new EmbeddedHostOptions { FunctionsAssembly = typeof(TimerBench).Assembly, FunctionTypes = [typeof(TickFunction)] };
        var catalog = FunctionDiscovery.Discover(options, problems);
        Assert.Empty(problems);
        _function = Assert.Single(catalog.All);
        _services = new ServiceCollection()
            .AddSingleton(ticks)
            .Configure<WorkerOptions>(worker => worker.Serializer = serializer ?? new JsonObjectSerializer())
            .BuildServiceProvider();
        _pipeline = new FunctionPipeline(
            catalog, [], _services.GetRequiredService<IServiceScopeFactory>(), Time, NullLoggerFactory.Instance);
    }

    public Ticks Ticks { get; }

    public ManualTime Time { get; }

    public TableClient Table { get; }

    public async Task<TimerFunction> StartAsync(string schedule, bool runOnStartup = false, bool monitored = true, string host = "host")
    {
        await Table.CreateIfNotExistsAsync();
        var store = monitored ? new TimerStatusStore(Table, host) : null;
        var timer = new TimerFunction(
            _function, TimerSchedule.Parse(schedule, TimeZoneInfo.Utc), store, _pipeline, Time, NullLogger.Instance);
        _running.Add(Task.Run(() => timer.RunAsync(runOnStartup, _stopping.Token)));
        return timer;
    }

    /// <summary>Moves the clock once all hosts wait for it.</summary>
    public async Task AdvanceAsync(TimeSpan by, int hosts = 1)
    {
        // A nap is a minute at most: each has to be taken.
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromMinutes(1))
        {
            await Eventually.HoldsAsync(() => Time.Waiting == hosts, "the timers wait for the clock");
            Time.Advance(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1));
        }
    }

    public Task TicksAsync(int count) => Eventually.HoldsAsync(() => Ticks.Seen.Count == count, $"{count} ticks");

    public Task IdleAsync(int hosts = 1) => Eventually.HoldsAsync(() => Time.Waiting == hosts, "nothing runs");

    /// <summary>As a host that stops would.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        Ticks.Release();
        await StopAsync();
        await _services.DisposeAsync();
        _stopping.Dispose();
    }
}
