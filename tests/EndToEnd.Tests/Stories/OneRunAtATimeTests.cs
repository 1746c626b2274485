using System.Net;
using EndToEnd.Tests.Hosts;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class OneRunAtATimeTests(Hosts.Storage storage)
{
    [Fact]
    public async Task A_start_during_a_run_is_a_409_that_links_to_the_run()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(3);
        using var hold = app.Tap.HoldBack(StorageRequests.IsRestart);
        (await app.Client.StartRunAsync()).Expect(HttpStatusCode.Accepted);
        await hold.Reached;

        var refused = (await app.Client.StartRunAsync()).Expect(HttpStatusCode.Conflict);

        Assert.Equal("application/problem+json", refused.ContentType);
        var link = refused.Json.At("links").EnumerateObject().Select(link => link.Value.GetString()!)
            .Single(link => link.Contains("/runtime/webhooks/durabletask/instances/", StringComparison.Ordinal));
        Assert.Equal("Running", (await app.Client.GetAsync(link)).Expect(HttpStatusCode.Accepted).Json.Status());

        var run = (await app.Client.GetAsync(refused.Json.At("links").Text("run")!)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("running", run.Text("state"));
        Assert.Equal(3, run.At("progress").Number("total"));
        Assert.Equal(0, run.At("progress").Number("processed"));

        hold.Release();
        var batch = await app.Client.WaitForEndAsync(link);
        Assert.Equal(3, batch.At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Fifty_starts_at_once_give_exactly_one_run()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(20);
        using var hold = app.Tap.HoldBack(StorageRequests.IsDueQuery);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.Client.StartRunAsync(maxOrders: 100)));
        hold.Release();
        var batch = await app.Client.WaitForBatchAsync();

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(49, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal(20, batch.At("output").Number("restartedCount"));
        Assert.Single(await app.Store.ReadRunsAsync());
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_next_run_may_start_when_the_one_before_has_ended()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(2);

        var first = await app.Client.RunAsync();
        var second = await app.Client.RunAsync();

        Assert.Equal(2, first.At("output").Number("foundCount"));
        Assert.Equal(0, second.At("output").Number("foundCount"));
        Assert.Equal(2, (await app.Store.ReadRunsAsync()).Count);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }
}
