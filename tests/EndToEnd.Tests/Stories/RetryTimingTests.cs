using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class RetryTimingTests(Hosts.Storage storage)
{
    [Fact]
    public async Task A_failed_order_waits_out_its_backoff_before_a_run_takes_it()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(
            storage, clock, ("RetryStrategy", "fixed"), ("RetryBaseDelay", "00:05:00"), ("WarehouseSimulatedFailures", "slow:pick:1"));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("slow-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("slow-1", "picking_failed");

        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(0, (await app.Client.RunAsync()).At("output").Number("foundCount"));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, (await app.Client.RunAsync()).At("output").Number("restartedCount"));

        await app.Client.WaitForOrderAsync("slow-1", "completed");
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("FailedStage", new[] { Stage.Validate, Stage.Plan, Stage.Pick, Stage.Pack, Stage.Ship })]
    [InlineData("Beginning", new[] { Stage.Validate, Stage.Plan, Stage.Pick, Stage.Validate, Stage.Plan, Stage.Pick, Stage.Pack, Stage.Ship })]
    public async Task A_restart_goes_on_at_the_failed_stage_or_begins_anew(string restartFrom, Stage[] stages)
    {
        await using var app = await InProcessApp.StartAsync(
            storage, ("FulfillmentRestartFrom", restartFrom), ("WarehouseSimulatedFailures", "half:pack:1"));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("half-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("half-1", "packing_failed");

        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("half-1", "completed");

        var timeline = await app.Store.ReadTimelineAsync("half-1");
        Assert.Equal(stages, timeline.Where(told => told.Kind == TimelineEventKind.StageCompleted).Select(told => told.Stage!.Value));
        await app.VerifyAsync();
    }
}
