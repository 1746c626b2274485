using Reprocessing.Storage.Results;

namespace Reprocessing.Functions.Tests.Alerts;

public sealed class AlertWatchTests
{
    private readonly AlertBench _bench = new();

    [Fact]
    public async Task A_deep_and_old_queue_is_raised_logged_counted_and_told_once_and_cleared_once()
    {
        var oldest = Backlog.Start.AddDays(-8);
        Assert.Empty(await _bench.LookAsync(depth: 5));
        for (var look = 0; look < 3; look++)
        {
            Assert.Equal(["dead_letter_age", "dead_letter_depth"], await _bench.LookAsync(101 + look, oldest));
        }

        Assert.Empty(await _bench.LookAsync());
        Assert.Empty(await _bench.LookAsync());

        Assert.Equal(["dead_letter_depth raised", "dead_letter_age raised", "dead_letter_depth cleared", "dead_letter_age cleared"], _bench.Told.Select(alert => $"{alert.Id} {Reprocessing.Domain.Names.EnumNames.Of(alert.State)}"));
        Assert.Equal([2, 2], new[] { 5015, 5023 }.Select(id => _bench.Logged(id).Count()));
        Assert.Equal("Alert dead_letter_depth raised (dead_letter_depth): 101 dead letters are unresolved (limit 100)", _bench.Logged(5015).First().Message);
        Assert.Equal(
            "reprocessing.alert.kind=dead_letter_depth,reprocessing.alert.state=raised",
            _bench.Meters.Read().First(measured => measured.Name == "reprocessing.alert.changes").Tags);
    }

    [Fact]
    public async Task A_kind_of_failure_is_raised_while_it_is_new_or_regressed_and_open()
    {
        _bench.Found.AddRange([Group("f1", FailureGroupState.New), Group("f2", FailureGroupState.Regressed), Group("f3", FailureGroupState.Ongoing)]);
        Assert.Equal(["failure_group-f1", "failure_group-f2"], await _bench.LookAsync());

        _bench.Found[0] = Group("f1", FailureGroupState.Archived);
        Assert.Equal(["failure_group-f2"], await _bench.LookAsync());
        Assert.Equal(3, _bench.Told.Count);
    }

    [Fact]
    public async Task A_job_that_paused_itself_is_raised_until_it_goes_on_and_one_that_a_person_paused_is_not()
    {
        var paused = SampleJobs.Job("job-1") with { State = JobState.Paused, StateReason = PauseJob.Reason };
        _bench.Open.AddRange([paused, SampleJobs.Job("job-2") with { State = JobState.Paused, StateReason = "Paused by ann" }]);
        Assert.Equal(["job_paused-job-1"], await _bench.LookAsync());

        _bench.Open[0] = paused with { State = JobState.Running, StateReason = null };
        Assert.Empty(await _bench.LookAsync());
    }

    [Theory]
    [InlineData(CircuitState.Open, true)]
    [InlineData(CircuitState.HalfOpen, true)]
    [InlineData(CircuitState.Closed, false)]
    public async Task A_job_whose_circuit_is_open_is_raised_until_it_is_closed(CircuitState circuit, bool isRaised)
    {
        _bench.Open.Add(SampleJobs.Job("job-1") with { State = JobState.Running });
        PutCircuit(circuit);

        string[] raised = isRaised ? ["job_circuit-job-1"] : [];
        Assert.Equal(raised, await _bench.LookAsync());
        PutCircuit(CircuitState.Closed);
        Assert.Empty(await _bench.LookAsync());
    }

    [Fact]
    public async Task Two_ticks_without_a_run_are_raised_and_the_next_run_clears_them()
    {
        // The first look is at 12:01: ticks since then are missed.
        await AdvanceToAsync(30, []);
        await AdvanceToAsync(32, ["no_run"]);
        Run(35, JobState.Succeeded);
        await AdvanceToAsync(36, []);
        await AdvanceToAsync(62, ["no_run"]);

        // A run that is at work is one until it should have stopped by itself.
        Run(45, JobState.Running);
        await AdvanceToAsync(76, []);
        await AdvanceToAsync(92, ["no_run"]);
    }

    [Fact]
    public async Task A_schedule_that_is_paused_or_disabled_or_was_enabled_just_now_misses_no_run()
    {
        Run(0, JobState.Succeeded);
        await _bench.Schedule.EditAsync(isPaused: true, "ann", "The warehouse moves.", default);
        await AdvanceToAsync(120, []);
        await _bench.Schedule.EditAsync(isPaused: false, "ann", "It has moved.", default);
        await AdvanceToAsync(140, []);
        await AdvanceToAsync(152, ["no_run"]);

        _bench.Options.Enabled = false;
        await AdvanceToAsync(210, []);
        _bench.LastSkippedTick = new SkippedTick(Backlog.Start.AddMinutes(210), TickSkipReason.Disabled);
        _bench.Options.Enabled = true;
        await AdvanceToAsync(230, []);
    }

    [Fact]
    public async Task What_a_dying_process_has_not_recorded_is_recorded_under_the_same_id()
    {
        await _bench.LookAsync(depth: 101);
        await _bench.Store.AcknowledgeAsync("dead_letter_depth", "ann", "known", _bench.Clock.Now, default);
        await _bench.Schedule.EditAsync(isPaused: true, "bob", "moving", default);

        await _bench.LookAsync(depth: 101);

        Assert.Equal([("alert.acknowledged", "ann"), ("schedule.paused", "bob")], _bench.Audited.Select(told => (told.Action, told.Actor)));
        await _bench.LookAsync(depth: 101);
        Assert.Equal(2, _bench.Audited.Select(told => told.EventId).Distinct().Count());
    }

    private void PutCircuit(CircuitState circuit) => _bench.Engine.Put(
        "job-1",
        OrchestrationRuntimeStatus.Running,
        customStatus: new JobStatus("job-1", JobPhase.Running, 1, new ReprocessingResult(Backlog.Start), 0, null, null, null, null) { Circuit = circuit });

    private void Run(int minute, JobState state) => _bench.LastRun = SampleJobs.Job("run-20260301-120000-000") with { State = state, CreatedAt = Backlog.Start.AddMinutes(minute) };

    private async Task AdvanceToAsync(int minute, string[] raised)
    {
        await _bench.Schedule.GetAsync(default);
        _bench.Clock.Now = Backlog.Start.AddMinutes(minute - 1);
        Assert.Equal(raised, await _bench.LookAsync());
    }

    private static FailureGroup Group(string fingerprint, FailureGroupState state) => new(fingerprint, state, ErrorType.Timeout, "pick_timeout")
    {
        SampleReason = "slow",
        SampleOrderId = "A",
        Count = 3,
        OpenCount = 3,
        FirstSeen = Backlog.Start,
        LastSeen = Backlog.Start,
    };
}
