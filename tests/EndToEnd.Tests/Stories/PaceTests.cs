using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories;

/// <summary>
/// Not faster than was said, and not slower: told by the moments at which orders were taken up. Nothing else runs meanwhile, as these
/// stories are about time; the rates are such as a slow machine keeps too.
/// </summary>
[Collection(Alone)]
public sealed class PaceTests(Hosts.Storage storage, ITestOutputHelper output)
{
    public const string Alone = "alone";

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Ten_items_a_second_are_ten_items_a_second_over_half_a_minute()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(380);
        await using var pulse = new StoragePulse(app.Store);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 5, itemsPerSecond = 10 } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal("succeeded", job.Text("state"));
        var moments = await app.Store.ReadTakenUpAsync(jobId);
        var from = moments[0] + TimeSpan.FromSeconds(2);
        var most = moments.Max(start => CountIn(moments, start));
        // Little of a standstill is made up for: a burst would break the rate.
        var lost = pulse.Lost(from, from + Window).TotalSeconds;
        output.WriteLine($"{CountIn(moments, from)} items in 30 s, {most} in the fastest 30 s; the machine stood still for {lost:F1} s.");
        Assert.InRange(CountIn(moments, from), 0.95 * 10 * (30 - lost), 315);
        Assert.True(most <= 315, $"{most} items within 30 s");
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_new_rate_holds_within_two_seconds_and_is_kept_on_the_job()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(120);
        await using var pulse = new StoragePulse(app.Store);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 5, itemsPerSecond = 2 } });
        await app.Client.WaitForJobAsync(jobId, job => job.Processed() >= 4);

        var changed = (await app.Client.SetPaceAsync(jobId, new { itemsPerSecond = 10 })).Expect(HttpStatusCode.OK);
        var at = app.Store.Now;
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(10, changed.Json.At("pace").At("itemsPerSecond").GetDouble());
        Assert.Equal(("succeeded", 120), (job.Text("state"), job.At("counts").Number("started")));
        var moments = await app.Store.ReadTakenUpAsync(jobId);
        var slow = moments.Count(moment => moment < at);
        var (from, until) = (at + TimeSpan.FromSeconds(2), at + TimeSpan.FromSeconds(7));
        var fast = moments.Count(moment => moment >= from && moment < until);
        var lost = pulse.Lost(at, until).TotalSeconds;
        output.WriteLine($"{slow} before; {fast} in 5 s, from 2 s after the change; the machine stood still for {lost:F1} s.");
        Assert.InRange(slow, 4, 20);
        // In so short a window half a second that is made up for weighs much, and so does a chunk at either end.
        Assert.InRange(fast, 10 * (4 - lost), 10 * 6 + 5);
        await app.VerifyAsync();
    }

    private static int CountIn(IEnumerable<DateTimeOffset> moments, DateTimeOffset from) =>
        moments.Count(moment => moment >= from && moment < from + Window);
}

[CollectionDefinition(PaceTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection : ICollectionFixture<Hosts.Storage>;
