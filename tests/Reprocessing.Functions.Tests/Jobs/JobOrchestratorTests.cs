namespace Reprocessing.Functions.Tests.Jobs;

public sealed class JobOrchestratorTests
{
    private static readonly ItemAttempts ThreeAttempts = new(
        3, TimeSpan.FromSeconds(60), new RetrySettings { Strategy = "fixed", BaseDelay = TimeSpan.FromSeconds(10) });

    [Fact]
    public async Task A_job_of_2500_items_works_on_each_once_and_stops_at_its_last()
    {
        var job = new FakeJob(2_500);

        var result = await job.RunAsync();

        Assert.Equal((2_500, 2_500, StopReason.Drained), (result.FoundCount, result.RestartedCount, result.StopReason));
        Assert.Equal(2_500, job.Begun.Select(begun => begun.Id).Distinct().Count());
        Assert.Equal(2_500, job.Begun.Count);
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
        Assert.Equal(0, job.Engine.OpenTimers);
    }

    [Fact]
    public async Task A_selection_that_fails_five_times_costs_no_item_its_turn()
    {
        var job = new FakeJob(100) { CallFails = call => call < 3, SelectFails = call => call is >= 1 and < 6 };

        var result = await job.RunAsync(job.Input(new Pace(1, 2)));

        Assert.Equal((99, 99), (job.Count(ItemState.Succeeded), job.Begun.Count));
        Assert.Equal((1, 99, StopReason.Drained, null), (result.ErrorCount, result.RestartedCount, result.StopReason, job.Ended!.Error));
    }

    [Fact]
    public async Task A_selection_that_keeps_failing_fails_the_job_once_what_is_under_way_has_ended()
    {
        // Begins with items of the generation before, whose outcomes it waits for while it cannot select more.
        var job = new FakeJob(0) { SelectFails = _ => true };
        job.Put(FakeJob.Name(0), ItemState.Running);
        job.Put(FakeJob.Name(1), ItemState.Pending);
        var waiting = new WaitingItem(new(FakeJob.Name(0), "1"), FakeJob.Start + TimeSpan.FromMinutes(5)) { RetryAt = FakeJob.Start };
        var before = job.Input() with { WaitForOutcome = true, Attempts = ThreeAttempts, Waiting = [waiting], Reserved = [new(FakeJob.Name(1), "1")] };

        await Assert.ThrowsAsync<JobFailedException>(() => job.RunAsync(before));

        Assert.Equal((1, 1, StopReason.Failed), (job.Ended!.Result.FoundCount, job.Ended.Result.RestartedCount, job.Ended.Result.StopReason));
        Assert.Contains("no storage", job.Ended.Error, StringComparison.Ordinal);
        Assert.Equal([FakeJob.Name(1)], job.GivenBack);
        var last = Assert.IsType<JobStatus>(job.Engine.Statuses[^1]);
        Assert.Equal((JobPhase.Failed, 1), (last.Phase, last.Result.FoundCount));
        Assert.Equal(0, job.Engine.OpenTimers);
    }

    [Fact]
    public async Task A_cancelled_job_whose_selection_fails_is_cancelled()
    {
        var job = new FakeJob(10) { SelectFails = _ => true };
        job.Operate(1, DesiredState.Cancel);

        var result = await job.RunAsync();

        Assert.Equal((0, StopReason.Canceled, null), (result.FoundCount, result.StopReason, job.Ended!.Error));
    }

    [Fact]
    public async Task A_job_that_has_ended_already_is_not_worked_on()
    {
        var harness = new OrchestrationHarness(new JobInput("job-1")).WithInput<JobInput>().Activity<string, JobCheckpoint?>(nameof(BeginJob), _ => null);

        Assert.Equal(0, (await JobOrchestrator.RunAsync(harness.Context)).FoundCount);

        Assert.Equal([nameof(BeginJob)], harness.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task A_pause_stops_the_job_at_once_and_a_resume_lets_it_go_on_to_its_end()
    {
        var job = new FakeJob(1_000);
        job.Operate(0.3, DesiredState.Pause);
        job.Operate(600, DesiredState.Run);

        var result = await job.RunAsync();

        Assert.Equal(0, job.BegunBetween(0.5, 600));
        Assert.InRange(job.BegunBetween(0, 0.5), 100, 900);
        Assert.Equal(1_000, result.RestartedCount);
        Assert.Equal(1_000, job.Begun.Count);
        Assert.Contains(job.Engine.Statuses.Cast<JobStatus>(), status => status.Phase == JobPhase.Paused);
    }

    [Fact]
    public async Task A_pause_whose_event_got_lost_is_heard_of_by_the_next_chunk_and_its_resume_by_looking()
    {
        var job = new FakeJob(1_000);
        job.Operate(0.3, DesiredState.Pause, isHeard: false);
        job.Operate(100, DesiredState.Run, isHeard: false);

        var result = await job.RunAsync();

        Assert.Equal(0, job.BegunBetween(0.31, 100));
        Assert.Equal(1_000, result.RestartedCount);
        Assert.InRange(job.Elapsed.TotalSeconds, 100, 140);
    }

    [Fact]
    public async Task A_pause_of_a_week_keeps_every_history_small()
    {
        var job = new FakeJob(200);
        job.Operate(0.2, DesiredState.Pause);
        job.Operate(TimeSpan.FromDays(7).TotalSeconds, DesiredState.Run);

        var result = await job.RunAsync();

        Assert.Equal(200, result.RestartedCount);
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
    }

    [Fact]
    public async Task A_cancel_ends_what_is_under_way_and_gives_the_rest_back_untouched()
    {
        var job = new FakeJob(1_000);
        job.Operate(0.3, DesiredState.Cancel);

        var result = await job.RunAsync();

        Assert.Equal(StopReason.Canceled, result.StopReason);
        Assert.InRange(job.Elapsed.TotalSeconds, 0.3, 2);
        Assert.Equal(result.FoundCount, job.Count(ItemState.Succeeded));
        Assert.Equal(1_000 - result.FoundCount, job.Count(ItemState.Pending));
        Assert.Equal(1_000 - result.FoundCount, job.GivenBack.Count);
    }

    [Fact]
    public async Task A_paused_job_can_be_cancelled()
    {
        var job = new FakeJob(500);
        job.Operate(0.3, DesiredState.Pause);
        job.Operate(50, DesiredState.Cancel);

        var result = await job.RunAsync();

        Assert.Equal(StopReason.Canceled, result.StopReason);
        Assert.InRange(job.Elapsed.TotalSeconds, 50, 51);
        Assert.True(job.Count(ItemState.Pending) > 0);
    }

    [Fact]
    public async Task A_cancel_is_not_taken_back_by_a_later_resume()
    {
        var job = new FakeJob(50) { WorkTime = TimeSpan.FromMinutes(8) };
        job.Operate(5, DesiredState.Cancel);
        job.Operate(10, DesiredState.Run);

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = ThreeAttempts with { Timeout = TimeSpan.FromMinutes(10) } });

        Assert.True(result.ContinuationCount > 0);
        Assert.Equal((StopReason.Canceled, 5), (result.StopReason, result.FoundCount));
    }

    [Fact]
    public async Task A_control_that_is_older_than_the_one_obeyed_is_not_obeyed()
    {
        var job = new FakeJob(400);
        job.Engine.At(TimeSpan.FromSeconds(0.2), () => job.Engine.Raise(new JobControl(0, DesiredState.Cancel, new Pace())));

        Assert.Equal(400, (await job.RunAsync()).RestartedCount);
    }

    [Theory]
    [InlineData("\"pause\"")]
    [InlineData("{\"demand\":\"hurry\"}")]
    [InlineData("null")]
    public async Task An_event_that_is_no_control_changes_nothing_and_the_next_one_is_heard(string sent)
    {
        var job = new FakeJob(400);
        job.Engine.At(TimeSpan.FromSeconds(0.12), () => job.Engine.Raise(JsonElement.Parse(sent)));
        job.Operate(0.16, DesiredState.Cancel);

        var result = await job.RunAsync();

        Assert.Equal(StopReason.Canceled, result.StopReason);
        Assert.True(job.Count(ItemState.Pending) > 0);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(10.0)]
    [InlineData(100.0)]
    public async Task A_rate_holds_within_five_percent_over_thirty_seconds(double rate)
    {
        var job = new FakeJob((int)(rate * 90));

        var result = await job.RunAsync(job.Input(new Pace(5, rate)));

        var chunk = Math.Max(1, Math.Min(20, rate / 2));
        for (var from = 0; from <= 55; from += 5)
        {
            Assert.InRange(job.BegunBetween(from, from + 30), (rate * 30 * 0.95) - chunk, (rate * 30 * 1.05) + chunk);
        }

        Assert.Equal(job.Rows.Count, result.RestartedCount);
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
    }

    [Fact]
    public async Task A_rate_that_is_raised_in_the_middle_is_kept_within_two_seconds()
    {
        var job = new FakeJob(3_000);
        job.Operate(60, DesiredState.Run, new Pace(5, 50));

        await job.RunAsync(job.Input(new Pace(5, 0.05)));

        Assert.InRange(job.BegunBetween(0, 60), 3, 4);
        Assert.InRange(job.BegunBetween(62, 92), 1_400, 1_600);
    }

    [Fact]
    public async Task A_rate_that_is_lowered_in_the_middle_is_kept_within_two_seconds()
    {
        var job = new FakeJob(2_000);
        job.Operate(10, DesiredState.Run, new Pace(5, 1));

        await job.RunAsync(job.Input(new Pace(5, 100)));

        Assert.InRange(job.BegunBetween(12, 42), 28, 32);
    }

    [Fact]
    public async Task Items_under_way_never_exceed_the_parallelism_where_outcomes_are_waited_for()
    {
        var job = new FakeJob(60);

        var result = await job.RunAsync(job.Input(new Pace(7)) with { WaitForOutcome = true, Attempts = ThreeAttempts });

        Assert.Equal(7, job.MostInHand);
        Assert.Equal((60, 60), (result.FoundCount, result.RestartedCount));
    }

    [Fact]
    public async Task A_failed_item_is_tried_again_after_a_pause_and_given_up_after_its_last_attempt()
    {
        var job = new FakeJob(3)
        {
            Outcome = (id, attempt) => id == FakeJob.Name(0) || (id == FakeJob.Name(1) && attempt == 1) ? ItemState.Failed : ItemState.Succeeded,
        };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = ThreeAttempts });

        Assert.Equal((3, 2, 1), (result.FoundCount, result.RestartedCount, result.ErrorCount));
        Assert.Equal(3, job.Begun.Count(begun => begun.Id == FakeJob.Name(0)));
        Assert.Equal(2, job.Begun.Count(begun => begun.Id == FakeJob.Name(1)));
        var begun = job.Begun.Where(one => one.Id == FakeJob.Name(0)).Select(one => one.At).ToList();
        Assert.True(begun[1] - begun[0] >= job.WorkTime + TimeSpan.FromSeconds(10));
        var given = Assert.Single(job.Engine.Calls.Select(call => call.Input).OfType<AbandonItemsInput>());
        Assert.Equal((AbandonReason.Exhausted, 3), (given.Reason, Assert.Single(given.Items).Attempt));
    }

    [Fact]
    public async Task An_item_without_an_outcome_in_time_has_failed_as_timed_out()
    {
        var job = new FakeJob(2) { WorkTime = TimeSpan.FromHours(1) };

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = ThreeAttempts });

        Assert.Equal(2, result.ErrorCount);
        Assert.InRange(job.Elapsed.TotalSeconds, 60, 70);
        Assert.All(
            job.Engine.Calls.Select(call => call.Input).OfType<AbandonItemsInput>(),
            given => Assert.Equal(AbandonReason.TimedOut, given.Reason));
    }

    [Fact]
    public async Task A_cancel_waits_for_what_was_started_and_starts_nothing_again()
    {
        var job = new FakeJob(50) { WorkTime = TimeSpan.FromSeconds(20), Outcome = (id, _) => id == FakeJob.Name(0) ? ItemState.Failed : ItemState.Succeeded };
        job.Operate(5, DesiredState.Cancel);

        var result = await job.RunAsync(job.Input() with { WaitForOutcome = true, Attempts = ThreeAttempts });

        Assert.Equal((StopReason.Canceled, 5, 4, 1), (result.StopReason, result.FoundCount, result.RestartedCount, result.ErrorCount));
        Assert.Equal(5, job.Begun.Count);
        Assert.InRange(job.Elapsed.TotalSeconds, 20, 30);
    }

    [Fact]
    public async Task A_chunk_that_keeps_failing_is_counted_as_failed_and_not_selected_again_by_the_next_generation()
    {
        var job = new FakeJob(1_000) { CallFails = call => call < 3 };

        var result = await job.RunAsync(job.Input(new Pace(1, 2)));

        Assert.Equal((1_000, 1), (result.FoundCount, result.ErrorCount));
        Assert.Equal(999, job.Begun.Count);
    }

    [Fact]
    public async Task A_generation_that_has_used_up_its_history_leaves_the_rest_of_its_slice_to_the_next()
    {
        var job = new FakeJob(40) { WorkTime = TimeSpan.FromMinutes(4) };

        var result = await job.RunAsync(job.Input() with
        {
            WaitForOutcome = true,
            Attempts = ThreeAttempts with { Timeout = TimeSpan.FromMinutes(10) },
        });

        Assert.Equal(40, result.RestartedCount);
        Assert.Equal(40, job.Begun.Count);
        Assert.True(result.ContinuationCount > 5);
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 900));
    }

    [Fact]
    public async Task Nothing_selected_is_a_job_that_found_nothing()
    {
        var job = new FakeJob(0);

        var result = await job.RunAsync();

        Assert.Equal((0, StopReason.Drained), (result.FoundCount, result.StopReason));
    }
}
