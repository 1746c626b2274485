using System.Diagnostics;
using System.Net;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Hosts that are asked to stop with work in hand.</summary>
public sealed class StopTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>
{
    [Fact]
    public async Task A_stop_finishes_what_is_in_hand()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var slow = await host.BeginSlowRequestAsync(3);

        Assert.Equal(0, await host.StopAsync());

        using var answer = await slow;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task The_end_of_its_input_stops_a_host_that_follows_it()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone(), arguments: "--until-input-ends");
        var slow = await host.BeginSlowRequestAsync(3);

        host.EndInput();

        Assert.Equal(0, await host.ExitAsync());
        using var answer = await slow;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task A_stop_is_bounded()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        using var worker = await host.WorkerAsync();
        var slow = await host.BeginSlowRequestAsync(600);
        var since = Stopwatch.StartNew();

        Assert.Equal(1, await host.StopAsync());

        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        Assert.Equal("The host did not stop within 30 s.", Assert.Single(host.Errors));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await worker.WaitForExitAsync(limit.Token);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    [Fact]
    public async Task A_second_interrupt_ends_the_host_at_once()
    {
        await using var host = await HostProcess.RunAsync(account.ConnectionString, HostProcess.Alone());
        var slow = await host.BeginSlowRequestAsync(600);
        host.Signal(2);
        await host.UntilAsync(() => host.HasWritten("Host stops"), "the stop to begin");

        host.Signal(2);

        Assert.Equal(1, await host.ExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }
}
