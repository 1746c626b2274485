using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class InterruptedStartTests(Hosts.Storage storage)
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Restarts_that_were_committed_and_not_started_are_finished_by_the_next_run_without_burning_a_retry()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock);
        await app.Store.SeedFailedAsync(25);
        await app.Store.RestartWithoutStartingAsync();
        Assert.Equal(25, (await app.Store.CountStatusesAsync())["pending_retry"]);

        _clock.Advance(TimeSpan.FromMinutes(2));
        var result = (await app.Client.RunAsync()).At("output");

        Assert.Equal(0, result.Number("foundCount"));
        await app.Store.WaitUntilAllAsync("completed");
        foreach (var orderId in app.Store.SeededIds)
        {
            var order = await app.Store.ReadOrderAsync(orderId);
            Assert.Equal([0, 1], order.Attempts.Select(attempt => attempt.Number));
            var timeline = await app.Store.ReadTimelineAsync(orderId);
            Assert.Single(timeline, told => told.Kind == TimelineEventKind.Restarted);
            Assert.Single(timeline, told => told.Kind == TimelineEventKind.Started);
        }

        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_start_that_is_only_just_on_its_way_is_left_to_whoever_is_about_it()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock);
        await app.Store.SeedFailedAsync(1);
        await app.Store.RestartWithoutStartingAsync();

        await app.Client.RunAsync();
        Assert.Equal(1, (await app.Store.CountStatusesAsync())["pending_retry"]);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await app.Client.RunAsync();
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_new_order_whose_workflow_was_never_started_is_started_by_the_next_run()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock);
        await app.Store.CreateWithoutStartingAsync("lost-1");

        _clock.Advance(TimeSpan.FromMinutes(2));
        await app.Client.RunAsync();

        await app.Client.WaitForOrderAsync("lost-1", "completed");
        await app.VerifyAsync();
    }
}
