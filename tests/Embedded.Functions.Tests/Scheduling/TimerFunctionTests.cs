using System.Globalization;
using System.Text.Json;
using Azure.Core.Serialization;
using Azure.Data.Tables;
using Embedded.Functions.Scheduling;
using Embedded.Functions.Tests.Running;

namespace Embedded.Functions.Tests.Scheduling;

[Collection(nameof(AzuriteCollection))]
public sealed class TimerFunctionTests(AzuriteFixture azurite)
{
    private const string EveryFiveMinutes = "0 */5 * * * *";

    private static readonly DateTimeOffset Start = Time("2026-03-01T12:01:00Z");
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Each_occurrence_runs_once_and_sees_the_schedule()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await bench.StartAsync(EveryFiveMinutes);

        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.TicksAsync(1);
        await bench.AdvanceAsync(FiveMinutes);
        await bench.TicksAsync(2);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.IdleAsync();

        var (first, second) = (bench.Ticks.Seen[0], bench.Ticks.Seen[1]);
        Assert.Equal(2, bench.Ticks.Seen.Count);
        Assert.False(first.IsPastDue);
        Assert.Equal(default, first.ScheduleStatus!.Last);
        Assert.Equal(Time("2026-03-01T12:05:00Z"), first.ScheduleStatus.Next);
        Assert.Equal(Time("2026-03-01T12:05:00Z"), second.ScheduleStatus!.Last);
        Assert.Equal(Time("2026-03-01T12:10:00Z"), second.ScheduleStatus.Next);
    }

    [Fact]
    public async Task After_a_downtime_of_hours_one_run_is_past_due_and_the_schedule_goes_on()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await StoreAsync(bench, EveryFiveMinutes, last: "2026-03-01T06:00:00Z", next: "2026-03-01T06:05:00Z");

        await bench.StartAsync(EveryFiveMinutes);
        await bench.TicksAsync(1);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.TicksAsync(2);

        Assert.True(bench.Ticks.Seen[0].IsPastDue);
        Assert.Equal(Time("2026-03-01T06:00:00Z"), bench.Ticks.Seen[0].ScheduleStatus!.Last);
        Assert.False(bench.Ticks.Seen[1].IsPastDue);
        Assert.Equal(Time("2026-03-01T12:05:00Z"), bench.Ticks.Seen[1].ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Another_schedule_than_the_stored_one_is_not_past_due()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await StoreAsync(bench, "0 0 6 * * *", last: "2026-02-27T06:00:00Z", next: "2026-02-28T06:00:00Z");

        await bench.StartAsync(EveryFiveMinutes);
        await bench.IdleAsync();

        Assert.Empty(bench.Ticks.Seen);
        var row = await bench.Table.GetEntityAsync<TableEntity>(TimerStatusStore.Partition, "Tick");
        Assert.Equal("2026-03-01T12:05:00.0000000+00:00", row.Value.GetString("Next"));
    }

    [Fact]
    public async Task RunOnStartup_runs_at_once_and_only_once_when_an_occurrence_was_missed_too()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await StoreAsync(bench, EveryFiveMinutes, last: null, next: "2026-03-01T06:05:00Z");

        await bench.StartAsync(EveryFiveMinutes, runOnStartup: true);
        await bench.TicksAsync(1);
        await bench.IdleAsync();

        Assert.True(Assert.Single(bench.Ticks.Seen).IsPastDue);
    }

    [Fact]
    public async Task A_run_longer_than_the_interval_is_not_overlapped_and_what_it_missed_is_skipped()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        bench.Ticks.Hold();
        await bench.StartAsync(EveryFiveMinutes);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.TicksAsync(1);

        bench.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Single(bench.Ticks.Seen);
        bench.Ticks.Release();
        await bench.AdvanceAsync(TimeSpan.FromMinutes(3));
        await bench.TicksAsync(2);

        Assert.False(bench.Ticks.Overlapped);
        Assert.Equal(Time("2026-03-01T12:20:00Z"), bench.Ticks.Seen[1].ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Of_two_hosts_one_runs_an_occurrence()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await bench.StartAsync(EveryFiveMinutes, host: "one");
        await bench.IdleAsync();
        await bench.StartAsync(EveryFiveMinutes, host: "two");

        for (var occurrence = 1; occurrence <= 4; occurrence++)
        {
            await bench.AdvanceAsync(occurrence == 1 ? TimeSpan.FromMinutes(4) : FiveMinutes, hosts: 2);
            await bench.TicksAsync(occurrence);
            await bench.IdleAsync(hosts: 2);
        }

        Assert.Equal(4, bench.Ticks.Seen.Count);
        Assert.False(bench.Ticks.Overlapped);
    }

    [Fact]
    public async Task A_failure_keeps_the_next_occurrence()
    {
        await using var bench = new TimerBench(azurite, new Ticks { Fails = true }, Start);
        await bench.StartAsync(EveryFiveMinutes);

        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.TicksAsync(1);
        await bench.AdvanceAsync(FiveMinutes);
        await bench.TicksAsync(2);

        Assert.Equal(Time("2026-03-01T12:10:00Z"), bench.Ticks.Seen[1].ScheduleStatus!.Next);
    }

    [Fact]
    public async Task A_host_that_ends_within_a_run_leaves_it_past_due_for_the_next()
    {
        await using var dying = new TimerBench(azurite, new Ticks(), Start);
        dying.Ticks.Hold();
        await dying.StartAsync(EveryFiveMinutes);
        await dying.AdvanceAsync(TimeSpan.FromMinutes(4));
        await dying.TicksAsync(1);
        await dying.StopAsync();
        dying.Ticks.Release();

        var stored = await new TimerStatusStore(dying.Table, "next").ReadAsync("Tick", CancellationToken.None);

        Assert.Null(stored!.Last);
        Assert.Equal(Time("2026-03-01T12:05:00Z"), stored.Next);
    }

    [Fact]
    public async Task Seconds_count_and_no_status_is_kept_without_a_monitor()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        await bench.StartAsync("*/15 * * * * *", monitored: false);

        for (var tick = 1; tick <= 4; tick++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(15));
            await bench.TicksAsync(tick);
        }

        Assert.All(bench.Ticks.Seen, tick => Assert.Null(tick.ScheduleStatus));
        Assert.Empty(await bench.Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task Run_by_hand_waits_for_a_run_that_goes_on_and_leaves_the_schedule()
    {
        await using var bench = new TimerBench(azurite, new Ticks(), Start);
        bench.Ticks.Hold();
        var timer = await bench.StartAsync(EveryFiveMinutes);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(4));
        await bench.TicksAsync(1);

        var byHand = timer.RunNowAsync(CancellationToken.None);
        Assert.False(byHand.IsCompleted);
        bench.Ticks.Release();
        await byHand;
        await bench.IdleAsync();

        Assert.Equal(2, bench.Ticks.Seen.Count);
        Assert.False(bench.Ticks.Overlapped);
        Assert.Equal(Time("2026-03-01T12:10:00Z"), bench.Ticks.Seen[1].ScheduleStatus!.Next);
    }

    [Fact]
    public async Task A_serializer_that_reads_camel_case_only_does_not_read_the_host_s_message()
    {
        var camel = new JsonObjectSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });
        await using var bench = new TimerBench(azurite, new Ticks(), Start, camel);
        await StoreAsync(bench, EveryFiveMinutes, last: null, next: "2026-03-01T06:05:00Z");

        await bench.StartAsync(EveryFiveMinutes);
        await bench.TicksAsync(1);

        Assert.False(bench.Ticks.Seen[0].IsPastDue);
        Assert.Null(bench.Ticks.Seen[0].ScheduleStatus);
    }

    private static async Task StoreAsync(TimerBench bench, string schedule, string? last, string next)
    {
        await bench.Table.CreateIfNotExistsAsync();
        var status = new TimerStatus(schedule, last is null ? null : Time(last), Time(next), Time(next));
        Assert.NotNull(await new TimerStatusStore(bench.Table, "earlier").TryWriteAsync("Tick", status, CancellationToken.None));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
