namespace Reprocessing.Functions.Tests.Jobs;

public sealed class JobRampTests
{
    [Fact]
    public async Task A_ramp_waits_for_each_step_and_then_lets_the_rest_go()
    {
        var job = new FakeJob(500);

        var result = await job.RunAsync(job.Input(new Pace(20)) with { Ramp = new([1, 5, 20], 0.2) });

        Assert.Equal(500, result.RestartedCount);
        var steps = job.Begun.Select(begun => begun.At).ToList();
        Assert.True(steps[1] - steps[0] >= job.WorkTime);
        Assert.True(steps[6] - steps[5] >= job.WorkTime);
        Assert.True(steps[26] - steps[25] >= job.WorkTime);
        Assert.True(steps[^1] - steps[26] < TimeSpan.FromSeconds(5));
        Assert.Equal([1, 2, 3, null], job.Engine.Statuses.Cast<JobStatus>().Select(status => status.RampStep).Distinct());
    }

    [Fact]
    public async Task A_ramp_step_that_fails_too_often_pauses_the_job_until_an_operator_resumes_it()
    {
        var job = new FakeJob(100) { Outcome = (id, _) => id == FakeJob.Name(2) || id == FakeJob.Name(3) ? ItemState.Failed : ItemState.Succeeded };
        job.Operate(3_600, DesiredState.Run);

        var result = await job.RunAsync(job.Input() with { Ramp = new([1, 5], 0.2) });

        Assert.Single(job.Engine.Calls, call => call.Name == nameof(PauseJob));
        Assert.Equal(6, job.BegunBetween(0, 3_600));
        Assert.Equal((100, 98, 2), (result.FoundCount, result.RestartedCount, result.ErrorCount));
    }

    [Fact]
    public async Task A_step_passes_by_items_that_ran_and_not_by_those_that_were_skipped()
    {
        var job = new FakeJob(30) { Outcome = (id, _) => id == FakeJob.Name(0) ? ItemState.Skipped : ItemState.Failed };
        job.Operate(3_600, DesiredState.Cancel);

        var result = await job.RunAsync(job.Input() with { Ramp = new([1], 0.2) });

        Assert.Equal((1, 1, 2), (result.SkippedCount, result.ErrorCount, job.Begun.Count));
        Assert.Single(job.Engine.Calls, call => call.Name == nameof(PauseJob));
    }

    [Fact]
    public async Task A_ramp_that_ends_with_the_jobs_last_item_pauses_nothing()
    {
        var job = new FakeJob(1) { Outcome = (_, _) => ItemState.Failed };

        var result = await job.RunAsync(job.Input() with { Ramp = new([1, 5], 0) });

        Assert.Equal((1, StopReason.Drained), (result.ErrorCount, result.StopReason));
        Assert.DoesNotContain(job.Engine.Calls, call => call.Name == nameof(PauseJob));
    }

    [Fact]
    public async Task A_pause_that_cannot_be_stored_is_asked_for_until_it_is_and_a_resume_ends_it()
    {
        var job = new FakeJob(100)
        {
            Outcome = (id, _) => id == FakeJob.Name(2) || id == FakeJob.Name(3) ? ItemState.Failed : ItemState.Succeeded,
            PauseFails = call => call < 200,
        };
        var resumedAt = TimeSpan.FromHours(3).TotalSeconds;
        job.Operate(resumedAt, DesiredState.Run);

        var result = await job.RunAsync(job.Input() with { Ramp = new([1, 5], 0.2) });

        Assert.Equal(6, job.BegunBetween(0, resumedAt));
        Assert.Equal(201, job.PauseCalls);
        Assert.Contains(job.Engine.Statuses.Cast<JobStatus>(), status => status.Phase == JobPhase.Paused);
        Assert.Equal((100, 98, 2), (result.FoundCount, result.RestartedCount, result.ErrorCount));
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
    }

    [Fact]
    public async Task A_job_that_cannot_store_its_pause_can_be_cancelled()
    {
        var job = new FakeJob(100) { Outcome = (_, _) => ItemState.Failed, PauseFails = _ => true };
        job.Operate(100, DesiredState.Cancel);

        var result = await job.RunAsync(job.Input() with { Ramp = new([1, 5], 0.2) });

        Assert.Equal((StopReason.Canceled, 1), (result.StopReason, result.ErrorCount));
        Assert.InRange(job.Elapsed.TotalSeconds, 100, 101);
    }
}
