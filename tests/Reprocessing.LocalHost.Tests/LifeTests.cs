using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Workers and hosts that die, hang, stop, and share.</summary>
public sealed class LifeTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_that_is_killed_is_started_again_and_its_activity_is_retried()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var worker = await host.WorkerIdAsync();
        var status = await StartSlowAsync(host, seconds: 600);
        var slow = host.Client.GetAsync(new Uri("api/slow/600", UriKind.Relative));
        await host.UntilAsync(() => host.HasWritten("Slow has begun."), "the request in hand");

        Process.GetProcessById(worker).Kill();

        using var failed = await slow;
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        // This one waits for the new worker.
        Assert.NotEqual(worker, await host.WorkerIdAsync());
        await host.UntilAsync(async () => await OutputAsync(host, status) == "2", "the second attempt");
        Assert.Contains("The worker process ended with exit code 137.", await FirstFailureAsync(host, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_takes_longer_than_functionTimeout_costs_the_worker_its_life()
    {
        var settings = HostProcess.Alone();
        settings["AzureFunctionsJobHost__functionTimeout"] = "00:00:10";
        await using var host = await HostProcess.RunAsync(account.ConnectionString, settings);
        var worker = await host.WorkerIdAsync();

        var status = await StartSlowAsync(host, seconds: 600);

        await host.UntilAsync(async () => await OutputAsync(host, status) == "2", "the second attempt");
        Assert.NotEqual(worker, await host.WorkerIdAsync());
        Assert.Contains("The timeout of 00:00:10 was exceeded by function SlowOnce.", await FirstFailureAsync(host, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_finishes_what_is_in_hand()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var slow = host.Client.GetAsync(new Uri("api/slow/3", UriKind.Relative));
        await host.UntilAsync(() => host.HasWritten("Slow has begun."), "the request in hand");

        Assert.Equal(0, await host.StopAsync());

        using var answer = await slow;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task A_stop_is_bounded()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        using var worker = Process.GetProcessById(await host.WorkerIdAsync());
        var slow = host.Client.GetAsync(new Uri("api/slow/600", UriKind.Relative));
        await host.UntilAsync(() => host.HasWritten("Slow has begun."), "the request in hand");
        var since = Stopwatch.StartNew();

        Assert.Equal(1, await host.StopAsync());

        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        Assert.Equal("The host did not stop within 30 s.", Assert.Single(host.Errors));
        await EndAsync(worker);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    [Fact]
    public async Task A_second_interrupt_ends_the_host_at_once()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var slow = host.Client.GetAsync(new Uri("api/slow/600", UriKind.Relative));
        await host.UntilAsync(() => host.HasWritten("Slow has begun."), "the request in hand");
        host.Signal(2);
        await host.UntilAsync(() => host.HasWritten("Host stops"), "the stop to begin");

        host.Signal(2);

        Assert.Equal(1, await host.ExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    [Fact]
    public async Task A_worker_does_not_outlive_a_killed_host()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        using var worker = Process.GetProcessById(await host.WorkerIdAsync());

        host.Kill();

        await EndAsync(worker);
    }

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
        var status = await StartSlowAsync(one, seconds: 0);
        await two.UntilAsync(async () => await OutputAsync(two, status) == "1", "the instance to complete");

        Assert.Equal(0, await one.StopAsync());
        await two.UntilAsync(() => Ticks(two) >= 2, "ticks of the second host");
    }

    private static async Task EndAsync(Process worker)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await worker.WaitForExitAsync(limit.Token);
    }

    private static int Ticks(HostProcess host) => host.Output.Count(l => l.Contains("Tick: past due", StringComparison.Ordinal));

    /// <returns>The path that tells the instance's status.</returns>
    private async Task<string> StartSlowAsync(HostProcess host, int seconds)
    {
        var file = Path.Combine(_folder, "runs");
        using var response = await host.Client.PostAsync(new Uri("api/chain/SlowChain", UriKind.Relative), new StringContent($"{file}|{seconds}"));
        var links = HostProcess.Links(await response.Content.ReadAsStringAsync());
        if (seconds > 0)
        {
            await host.UntilAsync(() => File.Exists(file), "the activity to begin");
        }

        return new Uri((string)links["statusQueryGetUri"]!).PathAndQuery;
    }

    private static async Task<string> FirstFailureAsync(HostProcess host, string status)
    {
        var events = JsonNode.Parse(await host.GetAsync(status + "?showHistory=true"))!["historyEvents"]!.AsArray();
        return events.First(e => (string)e!["EventType"]! == "TaskFailed")!.ToString();
    }

    private static async Task<string?> OutputAsync(HostProcess host, string status) => JsonNode.Parse(await host.GetAsync(status))!["output"]?.ToString();
}
