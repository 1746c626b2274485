using System.Globalization;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Hosting;

[Collection(nameof(AzuriteCollection))]
public sealed class ManualClockTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_clock_in_the_services_drives_timer_functions_and_durable_timers()
    {
        var time = new ManualTime(DateTimeOffset.Parse("2026-12-31T23:59:30Z", CultureInfo.InvariantCulture));
        await using var app = await TestApp.StartAsync(
            azurite, [typeof(HelloFunctions)], configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        Assert.Empty(await InstancesAsync(app));

        // The timer function starts an orchestration, which starts a child and then waits for a second.
        await Eventually.HoldsAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                var instances = await InstancesAsync(app);
                return instances.Count == 2 && instances.All(instance => (string?)instance!["runtimeStatus"] == "Completed");
            },
            "the orchestration of the timer has ended");

        var root = (await InstancesAsync(app)).Single(instance => (string?)instance!["name"] == "Root")!;
        Assert.StartsWith("2027-01-01T00:0", (string?)root["createdTime"], StringComparison.Ordinal);
        Assert.Equal("""["Hello tick-0","Hello tick-1"]""", root["output"]!.ToJsonString());
    }

    private static async Task<JsonArray> InstancesAsync(TestApp app) =>
        JsonNode.Parse(await app.Client.GetStringAsync("/runtime/webhooks/durabletask/instances"))!.AsArray();
}
