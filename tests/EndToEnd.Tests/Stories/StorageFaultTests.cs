using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories;

public sealed class StorageFaultTests(Hosts.Storage storage, ITestOutputHelper output) : IClassFixture<Hosts.Storage>
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_request_to_storage_fails_a_run_and_its_workflows_end_as_without_it(bool isCarriedOut)
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock);

        var number = 1;
        for (StorageTap.NthRequest fault; ; number++)
        {
            await app.Store.SeedFailedAsync(1, prefix: $"fault{number:D3}");
            fault = app.Tap.FailNth(number, isCarriedOut);
            await RunUntilAllAreCompletedAsync(app, clock);
            if (!fault.HasFailed)
            {
                break;
            }
        }

        output.WriteLine($"{number - 1} requests were failed, one at a time.");
        Assert.InRange(number, 40, 200);
        Assert.All(await app.Store.ReadRunsAsync(), run => Assert.Equal(0, run.Result.ErrorCount + run.Result.SkippedCount));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Storage_that_is_away_for_minutes_in_the_middle_of_a_run_costs_time_and_nothing_else()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock, ("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "10"));
        await app.Store.SeedFailedAsync(60);
        var restarts = 0;
        app.Tap.Before(StorageRequests.IsRestart, () =>
        {
            if (++restarts == 3)
            {
                app.Tap.Fail(_ => true);
            }
        });

        await app.Client.StartRunAsync();
        await Eventually.TrueAsync(() => Task.FromResult(restarts >= 3));
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(5); passed += Step)
        {
            // Storage's own retries are over at once here; what waits is the app and the hub.
            clock.Advance(Step);
            await Task.Yield();
        }

        app.Tap.Clear();
        await RunUntilAllAreCompletedAsync(app, clock);
        await app.VerifyAsync();
    }

    /// <summary>What a fault has kept from being started is started by the next run, and that is soon enough.</summary>
    private static async Task RunUntilAllAreCompletedAsync(InProcessApp app, ManualTimeProvider clock)
    {
        for (var seconds = 0; !(await app.Store.CountStatusesAsync()).Keys.SequenceEqual(["completed"]); seconds++)
        {
            Assert.InRange(seconds, 0, 1_000);
            if (seconds % 150 == 0)
            {
                await app.Client.StartRunAsync();
            }

            clock.Advance(Step);
        }

        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(Step);
            return (await app.Store.ReadRunsAsync())[0].Result.CompletedAt is not null;
        });
    }
}
