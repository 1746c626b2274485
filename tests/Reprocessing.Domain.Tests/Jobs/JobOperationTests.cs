namespace Reprocessing.Domain.Tests.Jobs;

public sealed class JobOperationTests
{
    [Theory]
    [InlineData(JobOperation.Retry, null, true)]
    [InlineData(JobOperation.Restart, null, true)]
    [InlineData(JobOperation.Resolve, null, false)]
    [InlineData(JobOperation.Purge, null, false)]
    [InlineData(JobOperation.Retry, false, false)]
    [InlineData(JobOperation.Resolve, true, true)]
    public void A_job_that_starts_orders_waits_for_their_outcomes_unless_it_says_otherwise(JobOperation operation, bool? said, bool waits) =>
        Assert.Equal(waits, operation.WaitsForOutcome(said));

    [Theory]
    [InlineData(true, null, 0)]
    [InlineData(false, 2, 0)]
    [InlineData(true, 2, 0)]
    [InlineData(false, 0, 1)]
    [InlineData(false, null, 1)]
    public void Options_about_outcomes_have_an_effect_with_waiting_or_with_a_ramp_alone(bool waits, int? steps, int without)
    {
        int[]? ramp = steps is { } some ? [.. Enumerable.Range(1, some)] : null;

        var idle = WaitingOptions.WithoutEffect(option => option == WaitingOptions.MaxRetries, waits, ramp);

        Assert.Equal(Enumerable.Repeat(WaitingOptions.MaxRetries, without), idle);
    }

    [Fact]
    public void A_plan_and_its_job_have_one_key_and_a_runs_id_is_its_key()
    {
        var key = JobIds.NewKey(new DateTimeOffset(2026, 8, 15, 12, 0, 1, 2, TimeSpan.FromHours(2)), "abc");

        Assert.Equal("20260815-100001-002-abc", key);
        Assert.Equal([key, key, "run-1"], new[] { JobIds.Plan(key), JobIds.Job(key), "run-1" }.Select(JobIds.KeyOf));
        Assert.NotEqual(JobIds.Plan(key), JobIds.Job(key));
    }
}
