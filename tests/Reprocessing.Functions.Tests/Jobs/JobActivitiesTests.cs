namespace Reprocessing.Functions.Tests.Jobs;

public sealed class JobActivitiesTests
{
    private const string JobId = "job-1";

    private static readonly JobCall Call = new(JobId, JobOperation.Retry, null);

    private readonly FakeJobStore _jobs = new();
    private readonly FakeEngine _engine = new();
    private readonly Mock<IJobKind> _kind = new();
    private readonly Mock<IOutcomeProjection> _outcomes = new();
    private readonly Mock<IAuditLog> _audit = new();
    private readonly List<AuditEvent> _told = [];

    public JobActivitiesTests()
    {
        _jobs[JobId] = SampleJobs.Job(JobId);
        _kind.SetupGet(kind => kind.Operation).Returns(JobOperation.Retry);
        _kind.Setup(kind => kind.Attempts(It.IsAny<string?>())).Returns(ItemAttempts.Once with { Max = 3 });
        _kind.Setup(kind => kind.ProcessAsync(It.IsAny<ProcessRequest>(), It.IsAny<DurableTaskClient>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((ProcessRequest request, DurableTaskClient _, CancellationToken _) =>
                [.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Succeeded) { WorkflowId = $"w-{item.Id}" })]);
        _audit.Setup(log => log.AddAsync(It.IsAny<AuditEvent>(), It.IsAny<CancellationToken>()))
            .Callback<AuditEvent, CancellationToken>((told, _) => _told.Add(told)).Returns(Task.CompletedTask);
    }

    [Theory]
    [InlineData(DesiredState.Run, JobState.Running)]
    [InlineData(DesiredState.Pause, JobState.Paused)]
    [InlineData(DesiredState.Cancel, JobState.Cancelling)]
    public async Task A_job_begins_as_what_operators_want_of_it_by_then(DesiredState demand, JobState state)
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { State = JobState.Pending, Control = new(2, demand, new Pace(7)), Ramp = [1, 5] };

        var begun = (await BeginAsync())!;

        Assert.Equal(state, _jobs[JobId].State);
        Assert.Equal((demand, 7, 3, 2), (begun.Control.Demand, begun.Control.Pace.Parallelism, begun.Attempts.Max, begun.Ramp.Steps.Count));
        Assert.Equal(("job.started", "ann"), (Assert.Single(_told).Action, _told[0].Actor));
        Assert.Equal(begun.StartedAt, (await BeginAsync())!.StartedAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_has_ended_is_not_begun_again(bool hadBegun)
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { State = JobState.Canceled, StartedAt = hadBegun ? FakeJob.Start : null };

        Assert.Null(await BeginAsync());
        Assert.Equal(JobState.Canceled, _jobs[JobId].State);
    }

    [Theory]
    [InlineData(false, ItemState.Started)]
    [InlineData(true, ItemState.Running)]
    public async Task A_started_item_is_started_or_running_as_the_job_waits_for_it(bool waits, ItemState state)
    {
        var answer = await ProcessAsync(waits);

        Assert.Equal([state], answer.States);
        Assert.Equal((state, "w-A"), (_jobs.Items["A"].State, _jobs.Items["A"].WorkflowId));
        Assert.Equal(_jobs[JobId].Control, answer.Control);
    }

    [Fact]
    public async Task A_chunk_that_comes_late_to_a_job_that_has_ended_is_not_touched()
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { State = JobState.CompletedWithFailures };

        Assert.Equal([ItemState.Pending], (await ProcessAsync(waits: true)).States);
        _kind.Verify(kind => kind.ProcessAsync(It.IsAny<ProcessRequest>(), It.IsAny<DurableTaskClient>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Theory]
    [InlineData(DesiredState.Pause)]
    [InlineData(DesiredState.Cancel)]
    public async Task A_chunk_of_a_job_that_is_not_to_run_is_not_touched(DesiredState demand)
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { Control = new(2, demand, new Pace()) };

        var answer = await ProcessAsync(waits: false);

        Assert.Equal([ItemState.Pending], answer.States);
        Assert.Equal(demand, answer.Control!.Demand);
        Assert.Empty(_jobs.Items);
        _kind.Verify(kind => kind.ProcessAsync(It.IsAny<ProcessRequest>(), It.IsAny<DurableTaskClient>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Fact]
    public async Task A_job_that_pauses_itself_is_paused_once_and_an_operators_cancel_stands()
    {
        var pause = new PauseJob(new(_jobs.Store, _audit.Object), TimeProvider.System, NullLogger<PauseJob>.Instance);

        var first = (await pause.RunAsync(JobId, default))!;
        var again = (await pause.RunAsync(JobId, default))!;

        Assert.Equal((2, DesiredState.Pause), (first.Version, first.Demand));
        Assert.Equal(first, again);
        Assert.Equal((JobState.Paused, "ramp_threshold"), (_jobs[JobId].State, _jobs[JobId].StateReason));
        Assert.Single(_told.Select(told => told.EventId).Distinct());
        _jobs[JobId] = SampleJobs.Job(JobId) with { Control = new(9, DesiredState.Cancel, new Pace()) };
        Assert.Equal(DesiredState.Cancel, (await pause.RunAsync(JobId, default))!.Demand);
    }

    [Fact]
    public async Task A_job_that_pauses_itself_tells_first_whose_change_it_replaces()
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { Control = new(4, DesiredState.Run, new Pace()), Edits = [new(4, "job.resumed", "bob", FakeJob.Start)] };

        await new PauseJob(new(_jobs.Store, _audit.Object), TimeProvider.System, NullLogger<PauseJob>.Instance).RunAsync(JobId, default);

        Assert.Equal(
            [("job-1.job.resumed-4", "bob"), ("job-1.job.paused-5", "system")], _told.Select(told => (told.EventId, told.Actor)));
    }

    [Fact]
    public async Task The_end_of_a_job_tells_the_last_change_that_nobody_has_told()
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { Control = new(2, DesiredState.Run, new Pace()), Edits = [new(2, "job.pace_changed", "bob", FakeJob.Start)] };

        await EndAsync(new ReprocessingResult(FakeJob.Start).Complete(FakeJob.Start, StopReason.Drained));

        Assert.Equal([("job.pace_changed", "bob"), ("job.ended", "ann")], _told.Select(told => (told.Action, told.Actor)));
    }

    [Fact]
    public async Task A_job_ends_with_the_counts_of_its_stored_items_whatever_its_orchestration_counted()
    {
        _jobs.Put(("A", ItemState.Succeeded), ("B", ItemState.Succeeded), ("C", ItemState.Skipped));
        var counted = new ReprocessingResult(FakeJob.Start, FoundCount: 3, RestartedCount: 1, ErrorCount: 1, SkippedCount: 1);

        var result = await EndAsync(counted.Complete(FakeJob.Start, StopReason.CapReached));

        Assert.Equal(new ItemTally(3, Succeeded: 2, Skipped: 1), result.Tally);
        Assert.Equal((JobState.CompletedWithSkips, result.Tally), (_jobs[JobId].State, _jobs[JobId].Tally));
        Assert.Equal("job.ended", Assert.Single(_told).Action);
    }

    [Fact]
    public async Task Items_that_a_job_lost_sight_of_have_failed_and_it_is_no_plain_success()
    {
        _jobs.Put(("A", ItemState.Succeeded), ("B", ItemState.Pending), ("C", ItemState.Running));

        await EndAsync(new ReprocessingResult(FakeJob.Start).Complete(FakeJob.Start, StopReason.CapReached));

        Assert.Equal((JobState.CompletedWithFailures, 2), (_jobs[JobId].State, _jobs[JobId].Tally.Failed));
        Assert.Equal(2, _jobs[JobId].ErrorPatterns[ItemReasons.ProcessingFailed]);
    }

    [Theory]
    [InlineData(StopReason.Canceled, JobState.Canceled)]
    [InlineData(StopReason.CircuitOpen, JobState.Failed)]
    public async Task Items_that_a_stopped_job_did_not_come_to_stay_untouched(StopReason stopped, JobState state)
    {
        _jobs.Put(("A", ItemState.Succeeded), ("B", ItemState.Pending));

        await EndAsync(new ReprocessingResult(FakeJob.Start).Complete(FakeJob.Start, stopped));

        Assert.Equal((state, ItemState.Pending), (_jobs[JobId].State, _jobs.Items["B"].State));
    }

    [Fact]
    public async Task A_job_ends_although_its_outcomes_cannot_be_carried_over_now()
    {
        _outcomes.Setup(outcomes => outcomes.ProjectAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());

        await EndAsync(new ReprocessingResult(FakeJob.Start).Complete(FakeJob.Start, StopReason.Drained), "no storage");

        Assert.Equal((JobState.Failed, "no storage"), (_jobs[JobId].State, _jobs[JobId].StateReason));
    }

    [Theory]
    [InlineData(JobId, JobId, "reprocessing-batch")]
    [InlineData("run-20260301-123015-120", "reprocessing-run-20260301-123015-120-attempt-2", "reprocessing-run-20260301-123015-120")]
    public async Task A_control_is_sent_to_the_instance_that_is_at_work(string jobId, string working, string other)
    {
        _engine.Put(working, OrchestrationRuntimeStatus.Running);
        _engine.Put(other, OrchestrationRuntimeStatus.Failed);
        var control = new JobControl(2, DesiredState.Pause, new Pace());

        await new JobControls(new(_jobs.Store, Mock.Of<IAuditLog>()), TimeProvider.System, NullLogger<JobControls>.Instance).SendAsync(_engine.Client, jobId, control, default);

        _engine.Mock.Verify(client => client.RaiseEventAsync(working, JobControl.EventName, control, It.IsAny<CancellationToken>()));
        _engine.Mock.Verify(
            client => client.RaiseEventAsync(other, It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_waits_for_its_items_keeps_others_off_them_meanwhile(bool waits)
    {
        ProcessRequest? asked = null;
        _kind.Setup(kind => kind.ProcessAsync(It.IsAny<ProcessRequest>(), It.IsAny<DurableTaskClient>(), It.IsAny<CancellationToken>()))
            .Callback<ProcessRequest, DurableTaskClient, CancellationToken>((request, _, _) => asked = request)
            .ReturnsAsync([new ItemResult("A", ItemState.Succeeded) { WorkflowId = "w" }]);

        await ProcessAsync(waits);

        Assert.Equal(waits, asked!.HoldUntil > TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(19));
        Assert.Equal(waits, asked.HoldUntil is not null);
    }

    [Theory]
    [InlineData(nameof(AbandonReason.TimedOut), true, ItemState.Failed, ItemReasons.TimedOut)]
    [InlineData(nameof(AbandonReason.NotStarted), false, ItemState.Started, null)]
    [InlineData(nameof(AbandonReason.CallFailed), false, ItemState.Started, null)]
    [InlineData(nameof(AbandonReason.CallFailed), true, ItemState.Failed, ItemReasons.TimedOut)]
    public async Task An_item_whose_workflow_is_still_at_work_is_let_go_of_and_told_by_the_cause(string cause, bool waits, ItemState state, string? reason)
    {
        _jobs.Put(("A", ItemState.Pending));
        _kind.Setup(kind => kind.AbandonAsync(It.IsAny<ProcessRequest>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new ItemResult("A", ItemState.Failed, ItemReasons.TimedOut) { WorkflowId = "w" }]);

        var answer = await new AbandonItems(new(new([_kind.Object]), _jobs.Store, Ledger()), TimeProvider.System)
            .RunAsync(new(Call, [new("A", "1")], Enum.Parse<AbandonReason>(cause), waits), default);

        Assert.Equal([state], answer.States);
        Assert.Equal((state, reason), (_jobs.Items["A"].State, _jobs.Items["A"].Reason));
    }

    [Theory]
    [InlineData(DesiredState.Run, JobState.Running, 0)]
    [InlineData(DesiredState.Cancel, JobState.Cancelling, 1)]
    [InlineData(DesiredState.Run, JobState.CompletedWithFailures, 1)]
    public async Task Items_that_are_reserved_for_a_job_that_was_stopped_meanwhile_are_let_go_of(DesiredState demand, JobState state, int released)
    {
        _jobs[JobId] = SampleJobs.Job(JobId) with { State = state, Control = new(2, demand, new Pace()) };
        ItemRef[] items = [new("A", "1"), new("B", "1")];
        _kind.Setup(kind => kind.SelectAsync(It.IsAny<SelectRequest>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ItemSlice(2, [new(items)], null));

        await new SelectItems(new([_kind.Object]), _jobs.Store, TimeProvider.System)
            .RunAsync(new(Call, 10, 10, null, TimeSpan.FromMinutes(15), ItemTally.Zero), default);

        _kind.Verify(
            kind => kind.AbandonAsync(It.Is<ProcessRequest>(request => request.Items.SequenceEqual(items)), It.IsAny<CancellationToken>()),
            Times.Exactly(released));
    }

    private Task<JobCheckpoint?> BeginAsync() => new BeginJob(
        _jobs.Store, new([_kind.Object]), _audit.Object, Options.Create(new JobOptions()), TimeProvider.System, NullLogger<BeginJob>.Instance)
        .RunAsync(JobId, default);

    private Task<ItemsResponse> ProcessAsync(bool waits) => new ProcessItems(
        new([_kind.Object]), _jobs.Store, Ledger(), TimeProvider.System)
        .RunAsync(new(Call, [new("A", "1")], waits, waits ? TimeSpan.FromMinutes(20) : null), _engine.Client, default);

    private ItemRecorder Ledger() => new(_jobs.Store, new(new MeterReader().Metrics, NullLogger<ItemLog>.Instance));

    private Task<ReprocessingResult> EndAsync(ReprocessingResult result, string? error = null) => new EndJob(
        _jobs.Store,
        new(new([_kind.Object]), _jobs.Store, Ledger()),
        new(new([_kind.Object]), _jobs.Store, Ledger()),
        new(_jobs.Store, new(_jobs.Store), _outcomes.Object, _audit.Object, AlertBench.Quiet, TimeProvider.System, NullLogger<JobEnding>.Instance))
        .RunAsync(new(JobId, result, error), _engine.Client, default);
}
