namespace Reprocessing.Domain.Tests.Jobs;

public sealed class JobRulesTests
{
    private static readonly StopReason?[] Stops = [null, .. Enum.GetValues<StopReason>().Cast<StopReason?>()];

    [Fact]
    public void A_job_is_never_a_plain_success_when_an_item_failed_or_was_not_reached() =>
        Prop.ForAll(
            Gen.Choose(0, 3).ListOf(4).ToArbitrary(), Gen.Choose(0, 2).ToArbitrary(), Gen.Elements(Stops).ToArbitrary(), (counts, notStarted, stop) =>
            {
                var tally = new ItemTally(counts.Sum(), counts[0], counts[1], counts[2], counts[3]);
                var end = JobEnd.Of(JobOperation.Retry, tally, notStarted, stop, error: null);
                return end.State.HasEnded() && (end.State != JobState.Succeeded || (tally.Failed == 0 && tally.Skipped == 0 && notStarted == 0));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(StopReason.Drained, 0, null, JobState.Succeeded, null)]
    [InlineData(StopReason.CapReached, 0, null, JobState.Succeeded, null)]
    [InlineData(StopReason.Deadline, 0, null, JobState.Succeeded, "deadline")]
    [InlineData(StopReason.Drained, 1, null, JobState.CompletedWithFailures, null)]
    [InlineData(StopReason.Canceled, 1, null, JobState.Canceled, null)]
    [InlineData(StopReason.CircuitOpen, 5, null, JobState.Failed, "circuit_open")]
    [InlineData(StopReason.QueryFailed, 0, null, JobState.Failed, "query_failed")]
    [InlineData(StopReason.Failed, 0, null, JobState.Failed, "failed")]
    [InlineData(StopReason.Drained, 0, "no storage", JobState.Failed, "no storage")]
    public void The_state_follows_from_what_stopped_the_job_and_what_failed(
        StopReason stop, int failed, string? error, JobState state, string? reason) =>
        Assert.Equal(new JobEnd(state, reason), JobEnd.Of(JobOperation.Retry, new ItemTally(5, 5 - failed, 0, failed), 0, stop, error));

    [Theory]
    [InlineData(JobOperation.Retry, 15, 0, JobState.CompletedWithSkips)]
    [InlineData(JobOperation.Purge, 1, 0, JobState.CompletedWithSkips)]
    [InlineData(JobOperation.Retry, 1, 1, JobState.CompletedWithFailures)]
    [InlineData(JobOperation.Reprocess, 1, 0, JobState.Succeeded)]
    [InlineData(JobOperation.Reprocess, 15, 0, JobState.CompletedWithSkips)]
    public void A_job_that_has_left_items_alone_says_so(JobOperation operation, int skipped, int failed, JobState state) =>
        Assert.Equal(state, JobEnd.Of(operation, new ItemTally(15, 15 - skipped - failed, 0, failed, skipped), 0, StopReason.Drained, null).State);

    [Theory]
    [InlineData(JobOperation.Retry, 5, 0, JobState.Succeeded, JobEnd.NotAwaited)]
    [InlineData(JobOperation.Retry, 1, 4, JobState.Succeeded, JobEnd.NotAwaited)]
    [InlineData(JobOperation.Retry, 0, 5, JobState.Succeeded, null)]
    [InlineData(JobOperation.Reprocess, 5, 0, JobState.Succeeded, null)]
    public void A_job_whose_items_were_only_started_says_so(JobOperation operation, int started, int succeeded, JobState state, string? reason) => Assert.Equal(
        new JobEnd(state, reason), JobEnd.Of(operation, new ItemTally(5, succeeded, Started: started), 0, StopReason.Drained, null));

    [Theory]
    [InlineData(5, null, 20)]
    [InlineData(100, null, 1)]
    [InlineData(1, null, 20)]
    [InlineData(20, null, 5)]
    [InlineData(5, 20.0, 5)]
    [InlineData(5, 0.5, 1)]
    [InlineData(5, 1000.0, 20)]
    public void A_jobs_chunk_is_a_quarter_of_a_seconds_items_and_never_more_than_can_be_stopped(int parallelism, double? rate, int chunk) =>
        Assert.Equal(chunk, new SliceSizes(20, SliceSizes.JobUnderWay).Chunk(new Pace(parallelism, rate)));

    [Theory]
    [InlineData(100, 5, null, false, 1_000)]
    [InlineData(5, 5, null, false, 300)]
    [InlineData(100, 5, 0.01, false, 3)]
    [InlineData(100, 5, null, true, 20)]
    public void A_slice_is_as_large_as_its_history_and_its_reservation_allow(int chunk, int parallelism, double? rate, bool waits, int limit) =>
        Assert.Equal(limit, new SliceSizes(chunk).Limit(new Pace(parallelism, rate), waits, TimeSpan.FromMinutes(15)));
}
