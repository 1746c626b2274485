using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Workers that die, hang, or lose their host.</summary>
public sealed class WorkerTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_that_is_killed_is_started_again_and_its_activity_is_retried()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var worker = await host.WorkerIdAsync();
        var status = await host.StartSlowChainAsync(_folder, seconds: 600);
        var slow = await host.BeginSlowRequestAsync(600);

        Process.GetProcessById(worker).Kill();

        using var failed = await slow;
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        // This one waits for the new worker.
        Assert.NotEqual(worker, await host.WorkerIdAsync());
        await host.UntilAsync(async () => await host.OutputOfAsync(status) == "2", "the second attempt");
        Assert.Contains("The worker process ended with exit code 137.", await FirstFailureAsync(host, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_takes_longer_than_functionTimeout_costs_the_worker_its_life()
    {
        var settings = HostProcess.Alone();
        settings["AzureFunctionsJobHost__functionTimeout"] = "00:00:10";
        await using var host = await HostProcess.RunAsync(account.ConnectionString, settings);
        var worker = await host.WorkerIdAsync();

        var status = await host.StartSlowChainAsync(_folder, seconds: 600);

        await host.UntilAsync(async () => await host.OutputOfAsync(status) == "2", "the second attempt");
        Assert.NotEqual(worker, await host.WorkerIdAsync());
        Assert.Contains("The timeout of 00:00:10 was exceeded by function SlowOnce.", await FirstFailureAsync(host, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_cannot_be_loaded_is_told_in_a_line_and_the_others_serve()
    {
        AppCopy.Into(_folder, "functions.metadata", "HttpFunctions.Hello\"", "HttpFunctions.Nothing\"");
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone(), _folder);

        Assert.Single(host.Output, l => l.EndsWith("Function Hello cannot be called, the worker did not load it: System.InvalidOperationException: Method 'Nothing' specified in EntryPoint was not found. This function cannot be created.", StringComparison.Ordinal));
        using var broken = await host.Client.GetAsync(new Uri("api/hello", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.True(await host.WorkerIdAsync() > 0);
    }

    [Fact]
    public async Task A_worker_does_not_outlive_a_killed_host()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        using var worker = await host.WorkerAsync();

        host.Kill();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await worker.WaitForExitAsync(limit.Token);
    }

    private static async Task<string> FirstFailureAsync(HostProcess host, string status)
    {
        var events = JsonNode.Parse(await host.GetAsync(status + "?showHistory=true"))!["historyEvents"]!.AsArray();
        return events.First(e => (string)e!["EventType"]! == "TaskFailed")!.ToString();
    }
}
