namespace Reprocessing.Functions.Tests.Jobs;

public sealed class JobCircuitTests
{
    /// <summary>What a retry job does that says nothing of it: three attempts, after growing pauses.</summary>
    private static readonly ItemAttempts Defaults = new ReprocessOptions().ToAttempts();

    [Fact]
    public async Task Failures_in_a_row_open_the_circuit_and_the_third_opening_stops_the_job()
    {
        var job = new FakeJob(300) { Outcome = (_, _) => ItemState.Failed };

        var result = await job.RunAsync(job.Input(new Pace(1)));

        Assert.Equal(StopReason.CircuitOpen, result.StopReason);
        Assert.InRange(job.Elapsed.TotalSeconds, 60, 65);
        Assert.Equal(22, result.ErrorCount);
        Assert.Equal(278, job.Count(ItemState.Pending));
        Assert.Equal(278, job.GivenBack.Distinct().Count());
    }

    [Fact]
    public async Task A_circuit_closes_again_when_its_trials_succeed()
    {
        FakeJob? job = null;
        job = new FakeJob(300) { Outcome = (_, _) => job!.Elapsed < TimeSpan.FromSeconds(20) ? ItemState.Failed : ItemState.Succeeded };

        var result = await job.RunAsync(job.Input(new Pace(1)));

        Assert.Equal((20, 280, StopReason.Drained), (result.ErrorCount, result.RestartedCount, result.StopReason));
        Assert.InRange(job.Elapsed.TotalSeconds, 30, 40);
        Assert.Contains(job.Engine.Statuses.Cast<JobStatus>(), status => status.Circuit == CircuitState.HalfOpen);
    }

    [Fact]
    public async Task A_job_that_waits_for_outcomes_begins_few_items_of_a_backend_that_is_down_and_stops()
    {
        var job = new FakeJob(300) { Outcome = (_, _) => ItemState.Failed };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = Defaults });

        var touched = job.Begun.Select(begun => begun.Id).Distinct().Count();
        Assert.Equal(StopReason.CircuitOpen, result.StopReason);
        Assert.InRange(touched, 5, 11);
        Assert.Equal((touched, touched, 300 - touched), (result.ErrorCount, job.Count(ItemState.Failed), job.Count(ItemState.Pending)));
        Assert.InRange(job.Elapsed.TotalSeconds, 60, 80);
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_waits_for_the_circuit_too_and_is_given_up_when_that_stops_the_job()
    {
        var job = new FakeJob(300) { Outcome = (_, _) => ItemState.Failed };

        await job.RunAsync(job.Input() with
        {
            WaitForOutcome = true,
            Attempts = Defaults with { Delays = new() { Strategy = "fixed", BaseDelay = TimeSpan.FromSeconds(10) } },
        });

        Assert.Equal(0, job.BegunBetween(10, 33));
        Assert.Equal(1, job.BegunBetween(33, 63));
        Assert.Equal(0, job.Count(ItemState.Running));
        var given = job.Engine.Calls.Select(call => call.Input).OfType<AbandonItemsInput>().Where(call => call.Reason == AbandonReason.Exhausted);
        Assert.Equal(job.Begun.Select(begun => begun.Id).Distinct().Order(), given.SelectMany(call => call.Items).Select(item => item.Id).Order());
    }

    [Fact]
    public async Task Trials_go_one_at_a_time_and_a_backend_that_is_back_gets_every_item()
    {
        FakeJob? job = null;
        job = new FakeJob(300) { Outcome = (_, _) => job!.Elapsed < TimeSpan.FromSeconds(20) ? ItemState.Failed : ItemState.Succeeded };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = Defaults });

        Assert.Equal((300, 300, StopReason.Drained), (result.FoundCount, result.RestartedCount, result.StopReason));
        var trials = job.Begun.Where(begun => begun.At > FakeJob.Start.UtcDateTime.AddSeconds(20)).Take(4).ToList();
        Assert.All(trials.Zip(trials.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= job.WorkTime));
        Assert.True(trials.Take(3).All(trial => job.Begun.Count(begun => begun.Id == trial.Id) == 1), "A trial was made with an item that had failed.");
    }

    [Fact]
    public async Task Few_items_that_cannot_succeed_have_all_their_attempts_and_open_nothing()
    {
        var job = new FakeJob(4) { Outcome = (_, _) => ItemState.Failed };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = Defaults });

        Assert.Equal((4, StopReason.Drained), (result.ErrorCount, result.StopReason));
        Assert.Equal(12, job.Begun.Count);
    }

    [Fact]
    public async Task A_trial_whose_outcome_does_not_come_in_time_has_failed_and_no_other_goes_in_its_place()
    {
        var job = new FakeJob(300) { WorkTime = TimeSpan.FromHours(1) };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = Defaults with { Timeout = TimeSpan.FromSeconds(20) } });

        Assert.Equal((StopReason.CircuitOpen, 7), (result.StopReason, result.ErrorCount));
        Assert.Equal(7, job.Begun.Count);
    }
}
