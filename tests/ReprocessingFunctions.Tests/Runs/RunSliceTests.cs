namespace ReprocessingFunctions.Tests.Runs;

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
        Assert.Equal(3, backlog.Engine.MostAtOnce(nameof(ProcessItems)));
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
    public async Task A_chunk_that_keeps_failing_is_counted_as_errors_and_the_run_goes_on()
    {
        var backlog = new Backlog(300) { FailsOn = "order-0100" };

        var result = await backlog.RunAsync(batchSize: 300, parallelism: 1);

        Assert.Equal(300, result.FoundCount);
        Assert.Equal(100, result.ErrorCount);
        Assert.Equal(200, result.RestartedCount);
        Assert.Equal(3, backlog.AttemptsOf("order-0100"));
        Assert.Equal(1, backlog.AttemptsOf("order-0000"));
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

        // That something is under way is a word of its own.
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
}
