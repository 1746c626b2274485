using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Timers over the life of more than one host.</summary>
public sealed class TimerTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_timer_keeps_its_schedule_status_and_makes_up_once_for_what_it_missed()
    {
        var settings = HostProcess.Alone();
        // More seldom than every minute, or the platform keeps no status. No start of this test is near its time but at 12:00 of 1 January.
        settings["TickSchedule"] = "0 0 12 1 1 *";
        var path = $"timers/{settings["AzureFunctionsWebHost__hostid"]}/Host.Functions.Tick/status";
        var hosts = new BlobServiceClient(account.ConnectionString).GetBlobContainerClient("azure-webjobs-hosts");
        await hosts.CreateIfNotExistsAsync();
        var blob = hosts.GetBlobClient(path);
        await blob.UploadAsync(BinaryData.FromString("""{"Last":"2024-01-01T12:00:00Z","Next":"2025-01-01T12:00:00Z","LastUpdated":"2024-01-01T12:00:00Z"}"""));
        await using (var first = await HostProcess.RunAsync(account.ConnectionString, settings))
        {
            await first.UntilAsync(async () => await first.CounterAsync("late") == 1, "the late tick");
            Assert.Equal(0, await first.StopAsync());
        }

        var status = JsonNode.Parse((await blob.DownloadContentAsync()).Value.Content.ToString())!;
        Assert.True((DateTime)status["Next"]! > DateTime.Now && (DateTime)status["Last"]! > new DateTime(2025, 1, 1));
        await using var second = await HostProcess.RunAsync(account.ConnectionString, settings);
        await second.UntilAsync(async () => await second.CounterAsync("boots") == 2, "the timers to be started");
        Assert.Equal(1, await second.CounterAsync("late"));
        Assert.Equal(0, await second.CounterAsync("ticks"));
    }

    [Fact]
    public async Task Of_two_hosts_one_has_the_timers_and_the_other_takes_them_over()
    {
        var settings = HostProcess.Alone();
        settings["TickSchedule"] = "* * * * * *";
        await using var one = await HostProcess.RunAsync(account.ConnectionString, settings);
        await using var two = await HostProcess.RunAsync(account.ConnectionString, settings);
        await one.UntilAsync(() => Ticks(one) >= 5, "ticks of the first host");
        Assert.Equal(0, Ticks(two));

        // Both work for one hub: what one has started, the other can tell.
        var status = await one.StartSlowChainAsync(_folder, seconds: 0);
        await two.UntilAsync(async () => await two.OutputOfAsync(status) == "1", "the instance to complete");

        one.Kill();
        await two.UntilAsync(() => Ticks(two) >= 2, "ticks of the second host");
    }

    private static int Ticks(HostProcess host) => host.Output.Count(l => l.Contains("Tick: past due", StringComparison.Ordinal));
}
