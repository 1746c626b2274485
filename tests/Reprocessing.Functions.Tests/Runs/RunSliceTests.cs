namespace Reprocessing.Functions.Tests.Runs;

public sealed class RunSliceTests
{
    [Fact]
    public async Task Twenty_five_hundred_failed_orders_are_taken_in_slices_of_1000_1000_and_500()
    {
        var backlog = new Backlog(2500);

        var result = await backlog.RunAsync(batchSize: 5000);

        Assert.Equal([1000, 1000, 500], backlog.SliceSizes);
        Assert.Equal(2, result.ContinuationCount);
        Assert.Equal(2500, result.FoundCount);
        Assert.Equal(StopReason.Drained, result.StopReason);
        Assert.True(result.IsBalanced);
        Assert.Equal(2500, backlog.Processed.Count);
        Assert.Equal(2500, backlog.Processed.Distinct().Count());
    }

    [Fact]
    public async Task A_run_of_100_with_100_due_stops_after_its_first_slice()
    {
        var backlog = new Backlog(100);

        var result = await backlog.RunAsync(batchSize: 100);

        Assert.Equal([100], backlog.SliceSizes);
        Assert.Equal(StopReason.CapReached, result.StopReason);
        Assert.Equal(0, result.ContinuationCount);
    }

    [Fact]
    public async Task Exactly_2000_due_of_5000_allowed_make_a_third_query_that_finds_none()
    {
        var backlog = new Backlog(2000);

        var result = await backlog.RunAsync(batchSize: 5000);

        Assert.Equal([1000, 1000, 0], backlog.SliceSizes);
        Assert.Equal(2000, result.FoundCount);
        Assert.Equal(StopReason.Drained, result.StopReason);
        Assert.Equal(2, result.ContinuationCount);
    }

    [Fact]
    public async Task The_cap_of_the_whole_run_limits_its_last_slice()
    {
        var backlog = new Backlog(5000);

        var result = await backlog.RunAsync(batchSize: 1300);

        Assert.Equal([1000, 300], backlog.Queries.Select(query => query.Limit));
        Assert.Equal(1300, result.FoundCount);
        Assert.Equal(StopReason.CapReached, result.StopReason);
    }

    [Fact]
    public async Task Each_slice_goes_on_where_the_one_before_it_ended()
    {
        var backlog = new Backlog(2500);

        await backlog.RunAsync(batchSize: 5000);

        Assert.Equal([null, "1000", "2000"], backlog.Queries.Select(query => query.Cursor));
    }

    [Fact]
    public async Task Nothing_due_makes_a_run_that_found_nothing()
    {
        var backlog = new Backlog(0);

        var result = await backlog.RunAsync(batchSize: 100);

        Assert.Equal(0, result.FoundCount);
        Assert.Equal(StopReason.Drained, result.StopReason);
        Assert.Single(backlog.Queries);
    }

    [Fact]
    public async Task No_more_chunks_than_allowed_are_worked_on_at_once()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(1));

        var result = await backlog.RunAsync(batchSize: 1000, parallelism: 3);

        Assert.Equal(1000, result.FoundCount);
        Assert.Equal(3, backlog.Engine.MostAtOnce(nameof(ReprocessOrders)));
        Assert.Equal(4, (backlog.Engine.Now - Backlog.Start.UtcDateTime).TotalSeconds);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_stops_the_run_before_its_query()
    {
        var backlog = new Backlog(100, now: Backlog.Start + Backlog.Timeout);

        var result = await backlog.RunAsync(batchSize: 100);

        Assert.True(result.TimedOut);
        Assert.Equal(StopReason.Deadline, result.StopReason);
        Assert.Empty(backlog.Queries);
    }

    [Fact]
    public async Task The_deadline_stops_the_run_before_its_next_chunk_and_keeps_what_is_done()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromMinutes(2));

        var result = await backlog.RunAsync(batchSize: 1000, parallelism: 1);

        Assert.True(result.TimedOut);
        Assert.Equal(800, result.FoundCount);
        Assert.Equal(800, backlog.Processed.Count);
        Assert.True(result.IsBalanced);
        Assert.Single(backlog.Engine.Histories);
    }

    [Fact]
    public async Task A_chunk_that_keeps_failing_is_recorded_as_what_its_rows_say_and_the_run_goes_on()
    {
        var backlog = new Backlog(300) { FailsOn = "order-0100" };

        var result = await backlog.RunAsync(batchSize: 300, parallelism: 1);

        Assert.Equal((300, 100, 200), (result.FoundCount, result.ErrorCount, result.RestartedCount));
        Assert.Equal((3, 1), (backlog.AttemptsOf("order-0100"), backlog.AttemptsOf("order-0000")));
        Assert.Equal("order-0100", Assert.Single(backlog.Calls, call => call.OnlyRecord).Orders[0].OrderId);
    }

    [Fact]
    public async Task A_chunk_that_cannot_even_be_recorded_counts_as_errors()
    {
        var backlog = new Backlog(300) { FailsOn = "order-0100", FailsForGood = true };

        var result = await backlog.RunAsync(Backlog.Plan(300, parallelism: 1) with { Deadline = Backlog.Start.AddDays(1) });

        Assert.Equal((300, 100, 200), (result.FoundCount, result.ErrorCount, result.RestartedCount));
        Assert.Null(result.CompletedAt);
        Assert.Equal(StopReason.CapReached, result.StopReason);
    }

    [Fact]
    public async Task The_last_chunk_completes_the_run()
    {
        var backlog = new Backlog(1200, chunkTime: TimeSpan.FromSeconds(1));

        var result = await backlog.RunAsync(batchSize: 5000, parallelism: 1);

        Assert.Equal(Backlog.Start.AddSeconds(12), result.CompletedAt);
        Assert.Equal((1200, StopReason.Drained, 1), (result.FoundCount, result.StopReason, result.ContinuationCount));
        Assert.All(backlog.Calls, call => Assert.Equal(call.Chunk.Slice == 1, call.Last is not null));
    }

    [Fact]
    public async Task What_a_run_of_several_slices_restarts_is_started_at_once_when_all_of_it_is_decided()
    {
        var backlog = new Backlog(2500, chunkTime: TimeSpan.FromSeconds(1));

        var result = await backlog.RunAsync(Backlog.Plan(5000) with { StartsLast = true });

        Assert.Equal((2500, StopReason.Drained), (result.FoundCount, result.StopReason));
        Assert.All(backlog.Calls, call => Assert.True(call.StartsLater));
        Assert.Equal(backlog.Calls.Select(call => call.Chunk), backlog.Starts.Select(start => start.Chunk));
        Assert.Equal(backlog.Begun.Max(begun => begun.At).AddSeconds(1), Assert.Single(backlog.Starts.Select(start => start.At).Distinct()));
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(1000, 1000.0)]
    public async Task A_run_of_few_chunks_and_one_with_a_pace_start_each_chunk_with_its_decision(int due, double? itemsPerSecond)
    {
        var backlog = new Backlog(due);
        var plan = Backlog.Plan(5000) with { StartsLast = true };

        await backlog.RunAsync(plan with { Control = plan.Control with { Pace = plan.Control.Pace with { ItemsPerSecond = itemsPerSecond } } });

        Assert.All(backlog.Calls, call => Assert.False(call.StartsLater));
        Assert.Empty(backlog.Starts);
    }

    [Fact]
    public async Task A_run_of_many_slices_starts_what_it_has_when_that_is_thousands()
    {
        var backlog = new Backlog(12_000);

        var result = await backlog.RunAsync(Backlog.Plan(12_000) with { StartsLast = true });

        Assert.Equal(12_000, result.FoundCount);
        Assert.Equal(120, backlog.Starts.Select(start => start.Chunk).Distinct().Count());
        Assert.Equal(120, backlog.Starts.Count);
        Assert.InRange(backlog.Engine.Histories.Max(), 1, 999);
    }

    [Fact]
    public async Task What_a_run_has_decided_is_started_before_it_waits_for_whoever_has_paused_it()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(15), DesiredState.Pause);
        backlog.Operate(TimeSpan.FromSeconds(300), DesiredState.Run);

        await backlog.RunAsync(Backlog.Plan(1000, parallelism: 1) with { StartsLast = true });

        Assert.Equal(10, backlog.Starts.Count);
        Assert.Equal(backlog.Begun.Count(begun => begun.At < At(300)), backlog.Starts.Count(start => start.At < At(300)));
    }

    [Fact]
    public async Task What_a_run_has_decided_is_started_although_it_is_cancelled()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(35), DesiredState.Cancel, isHeard: false);

        var result = await backlog.RunAsync(Backlog.Plan(1000, parallelism: 1) with { StartsLast = true });

        Assert.Equal((StopReason.Canceled, result.FoundCount / 100), (result.StopReason, backlog.Starts.Count));
    }

    [Fact]
    public async Task What_a_run_has_decided_is_started_although_it_fails()
    {
        var backlog = new Backlog(2500) { FailsFromQuery = 2 };

        await Assert.ThrowsAsync<TaskFailedException>(() => backlog.RunAsync(Backlog.Plan(5000) with { StartsLast = true }));

        Assert.Equal(10, backlog.Starts.Count);
    }

    [Fact]
    public async Task A_paused_run_begins_nothing_and_goes_on_at_once_when_it_is_resumed()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(15), DesiredState.Pause);
        backlog.Operate(TimeSpan.FromSeconds(300), DesiredState.Run);

        var result = await backlog.RunAsync(batchSize: 1000, parallelism: 1);

        Assert.Equal((1000, 1000), (result.FoundCount, backlog.Processed.Distinct().Count()));
        Assert.DoesNotContain(backlog.Begun, begun => begun.At > At(20) && begun.At < At(300));
        Assert.Contains(backlog.Begun, begun => begun.At >= At(300) && begun.At <= At(312));
        Assert.Contains(backlog.Statuses, status => status.Phase == JobPhase.Paused);
        Assert.Equal(0, backlog.Engine.OpenTimers);
    }

    [Fact]
    public async Task A_paused_run_whose_event_is_lost_reads_its_record_every_half_minute()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(15), DesiredState.Pause, isHeard: false);
        backlog.Operate(TimeSpan.FromSeconds(300), DesiredState.Run, isHeard: false);

        await backlog.RunAsync(batchSize: 1000, parallelism: 1);

        Assert.Contains(backlog.Begun, begun => begun.At >= At(300) && begun.At <= At(341));
    }

    [Fact]
    public async Task A_run_that_is_paused_for_long_continues_as_new_and_takes_its_slice_along()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(15), DesiredState.Pause);
        backlog.Operate(TimeSpan.FromHours(3), DesiredState.Run);

        var result = await backlog.RunAsync(Backlog.Plan(1000, parallelism: 1) with { Deadline = Backlog.Start.AddDays(1) });

        Assert.Equal((1000, StopReason.CapReached), (result.FoundCount, result.StopReason));
        Assert.Equal((1000, 1000), (backlog.Processed.Count, backlog.Processed.Distinct().Count()));
        Assert.Single(backlog.Queries);
        Assert.True(result.ContinuationCount > 2);
        Assert.Equal(0, backlog.Engine.OpenTimers);
    }

    [Fact]
    public async Task A_cancelled_run_begins_no_further_chunk_and_ends_with_its_counts()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(35), DesiredState.Cancel, isHeard: false);

        var result = await backlog.RunAsync(batchSize: 1000, parallelism: 1);

        Assert.Equal((StopReason.Canceled, backlog.Processed.Count), (result.StopReason, result.FoundCount));
        Assert.InRange(result.FoundCount, 300, 400);
        Assert.Null(result.CompletedAt);
    }

    [Fact]
    public async Task A_paused_run_is_over_at_its_deadline()
    {
        var backlog = new Backlog(1000, chunkTime: TimeSpan.FromSeconds(10));
        backlog.Operate(TimeSpan.FromSeconds(15), DesiredState.Pause);

        var result = await backlog.RunAsync(batchSize: 1000, parallelism: 1);

        Assert.Equal((true, StopReason.Deadline), (result.TimedOut, result.StopReason));
        Assert.Equal((Backlog.Start + Backlog.Timeout).UtcDateTime, backlog.Engine.Now);
    }

    [Fact]
    public async Task A_paced_run_takes_no_more_orders_a_second_than_it_may()
    {
        var backlog = new Backlog(600);

        var result = await backlog.RunAsync(Backlog.Plan(600) with { Control = new(1, DesiredState.Run, new(5, ItemsPerSecond: 20)) });

        Assert.Equal(600, result.FoundCount);
        Assert.InRange((backlog.Engine.Now - Backlog.Start.UtcDateTime).TotalSeconds, 29, 31);
        Assert.All(backlog.Begun, begun => Assert.InRange(begun.Orders, 1, 5));
    }

    [Fact]
    public async Task A_query_that_keeps_failing_fails_the_instance_and_leaves_the_partial_result_in_its_status()
    {
        var backlog = new Backlog(2500) { FailsFromQuery = 2 };

        await Assert.ThrowsAsync<TaskFailedException>(() => backlog.RunAsync(batchSize: 5000));

        var status = backlog.Statuses[^1];
        Assert.Equal(1000, status.Result.FoundCount);
        Assert.Equal(1, status.Result.ContinuationCount);
        Assert.Equal(3, backlog.Queries.Count(query => query.Cursor == "1000"));
    }

    [Fact]
    public async Task Progress_is_told_after_every_chunk_with_rate_and_estimate()
    {
        var backlog = new Backlog(400, chunkTime: TimeSpan.FromSeconds(10));

        await backlog.RunAsync(batchSize: 400, parallelism: 1);

        var statuses = backlog.Statuses.DistinctBy(status => status.Processed).ToList();
        Assert.Equal([0, 100, 200, 300, 400], statuses.Select(status => status.Processed));
        Assert.Equal([0, 25, 50, 75, 100], statuses.Select(status => status.Percent));
        Assert.Equal(10, statuses[1].RatePerSecond);
        Assert.Equal(30, statuses[1].EtaSeconds);
    }

    [Fact]
    public async Task No_timer_is_left_open_at_the_end_of_a_slice()
    {
        var backlog = new Backlog(2500);

        await backlog.RunAsync(batchSize: 5000);

        Assert.Equal(0, backlog.Engine.OpenTimers);
    }

    private static DateTime At(double seconds) => Backlog.Start.UtcDateTime.AddSeconds(seconds);
}
