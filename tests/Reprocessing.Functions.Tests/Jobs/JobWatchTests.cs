namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>How often a job looks after what it has started: not less than it should, and no timer for nothing.</summary>
public sealed class JobWatchTests
{
    private static readonly ItemAttempts TwoAttempts = new(
        2, TimeSpan.FromSeconds(60), new RetrySettings { Strategy = "fixed", BaseDelay = TimeSpan.FromSeconds(10) });

    [Fact]
    public async Task A_generation_that_begins_with_items_between_two_attempts_looks_after_them_once_they_are_begun()
    {
        var job = new FakeJob(0);
        var waiting = new WaitingItem(new(FakeJob.Name(0), "1"), FakeJob.Start + TimeSpan.FromMinutes(5)) { RetryAt = FakeJob.Start + TimeSpan.FromSeconds(30) };
        job.Put(FakeJob.Name(0), ItemState.Running);

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = TwoAttempts, Waiting = [waiting] });

        Assert.Equal((1, 1, 0), (result.FoundCount, result.RestartedCount, result.ContinuationCount));
        Assert.Equal(0, job.Engine.LateTimers);
        Assert.InRange(Assert.Single(job.Engine.Histories), 1, 40);
        Assert.InRange(job.Elapsed.TotalSeconds, 33, 40);
    }

    [Fact]
    public async Task Progress_says_which_order_is_waited_for_at_which_attempt_and_until_when()
    {
        var job = new FakeJob(3) { Outcome = (id, attempt) => id == FakeJob.Name(0) && attempt == 1 ? ItemState.Failed : ItemState.Succeeded };

        await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = TwoAttempts });

        var told = job.Engine.Statuses.Cast<JobStatus>().Select(status => status.WaitsFor).OfType<JobWait>().ToList();
        Assert.Equal(
            [(JobWaitKind.Outcome, FakeJob.Name(0), 2, 1, 2), (JobWaitKind.NextAttempt, FakeJob.Name(0), 0, 2, 2), (JobWaitKind.Outcome, FakeJob.Name(0), 0, 2, 2)],
            told.Select(wait => (wait.For, wait.Item, wait.Others, wait.Attempt ?? 0, wait.MaxAttempts ?? 0)).Distinct());
        var begun = job.Begun.Where(one => one.Id == FakeJob.Name(0)).Select(one => one.At).ToList();
        Assert.Equal(begun.Select(at => at.AddSeconds(60)), told.Where(wait => wait.For == JobWaitKind.Outcome).Select(wait => wait.Until.UtcDateTime).Distinct());
        Assert.InRange(told.Single(wait => wait.For == JobWaitKind.NextAttempt).Until.UtcDateTime, begun[1].AddSeconds(-1), begun[1]);
    }

    [Fact]
    public async Task Progress_says_that_the_circuit_breaker_is_waited_for()
    {
        var job = new FakeJob(30) { Outcome = (_, _) => ItemState.Failed };

        await job.RunAsync(job.Input(new Pace(1)));

        var told = job.Engine.Statuses.Cast<JobStatus>().Select(status => status.WaitsFor).OfType<JobWait>().First();
        Assert.Equal((JobWaitKind.Circuit, null), (told.For, told.Item));
        Assert.InRange(told.Until, FakeJob.Start.AddSeconds(30), FakeJob.Start.AddSeconds(31));
    }

    [Fact]
    public async Task All_items_failing_at_once_does_not_end_the_looking()
    {
        var job = new FakeJob(3) { Outcome = (_, attempt) => attempt == 1 ? ItemState.Failed : ItemState.Succeeded };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = TwoAttempts });

        Assert.Equal((3, 0), (result.RestartedCount, job.Engine.LateTimers));
        Assert.InRange(job.Elapsed.TotalSeconds, 16, 25);
    }

    [Fact]
    public async Task A_look_that_takes_long_is_waited_for_without_timers()
    {
        var job = new FakeJob(40).TakesForALook(TimeSpan.FromSeconds(8));

        // One item a second, so that items are begun while the look goes on.
        var result = await job.RunAsync(job.Input(new Pace(10, 1)) with { WaitForOutcome = true, Attempts = TwoAttempts });

        Assert.Equal((40, 0), (result.RestartedCount, job.Engine.LateTimers));
        Assert.Equal(1, job.Engine.MostAtOnce(nameof(WatchItems)));
        Assert.InRange(result.ContinuationCount, 0, 4);
    }
}
