using System.Diagnostics;
using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Azurite;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>Storage that is stopped (SIGSTOP) under a host at work: it takes connections and never answers. Its emulator is its own, because it stops for all.</summary>
public sealed class StoppedStorageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_request_ends_within_its_limit_and_work_goes_on_when_storage_does()
    {
        await using var azurite = await AzuriteEmulator.StartAsync(new AzuriteOptions { FirstPort = null }, NullLogger.Instance, CancellationToken.None);
        var store = await OrdersOnStorage.OpenAsync(azurite.ConnectionString);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("before"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("before", "completed");

        Assert.Equal(0, await AppProcess.SignalAsync("STOP", azurite.Services.Select(service => service.ProcessId!.Value)));
        var (order, list, sent) = (TimedAsync("/api/orders/before"), TimedAsync("/api/dead-letters"), TimedAsync("/api/orders", SampleOrders.Small("during")));
        for (var probe = 0; probe < 3; probe++)
        {
            var health = await TimedAsync("/api/health");
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "unreachable"), (health.Answer.Status, health.Answer.Json.Text("storage")));
            Assert.InRange(health.Took.TotalSeconds, 0, 5);
        }

        foreach (var (answer, took) in await Task.WhenAll(order, list, sent))
        {
            answer.ExpectProblem(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
            Assert.InRange(took.TotalSeconds, 0, 65);
        }

        Assert.Equal(0, await AppProcess.SignalAsync("CONT", azurite.Services.Select(service => service.ProcessId!.Value)));
        // It may be stored already: whether it is was not known.
        Assert.True((int)(await app.Client.PostAsync("/api/orders", SampleOrders.Small("during"))).Status < 300);
        await app.Client.WaitForOrderAsync("during", "completed");
        (await app.Client.GetAsync("/api/health")).Expect(HttpStatusCode.OK);
        await app.StopAsync();

        async Task<(ApiResponse Answer, TimeSpan Took)> TimedAsync(string address, object? body = null)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = body is null ? await app.Client.GetAsync(address) : await app.Client.PostAsync(address, body);
            var took = Stopwatch.GetElapsedTime(began);
            output.WriteLine($"{address}: {(int)answer.Status} after {took.TotalSeconds:F1} s");
            return (answer, took);
        }
    }
}
