using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Due;
using Reprocessing.Storage.Results;

namespace ReprocessingFunctions.Tests.Runs;

public sealed class RunActivitiesTests
{
    private const string RunId = "run-20260301-120000-000";

    private static readonly ReprocessingRule Rule = new(RunId, 5, ["picking_failed"]);

    private readonly FakeEngine _engine = new();
    private readonly Mock<IResultStore> _results = new();
    private readonly Mock<IDueOrders> _due = new();
    private readonly FakeJobStore _jobs = new();
    private readonly Mock<INotifications> _notifications = new();
    private readonly MeterReader _meters = new();
    private readonly RecordingLogger<RecordRunResult> _log = new();
    private readonly List<RunRecord> _saved = [];

    public RunActivitiesTests()
    {
        _results.Setup(store => store.SaveAsync(It.IsAny<RunRecord>(), It.IsAny<CancellationToken>()))
            .Callback<RunRecord, CancellationToken>((run, _) => _saved.Add(run))
            .Returns(Task.CompletedTask);
        Earlier();
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(0, 100)]
    [InlineData(-5, 100)]
    [InlineData(250, 250)]
    [InlineData(1_000_000, 10_000)]
    public async Task A_run_is_planned_within_the_settings(int? asked, int cap)
    {
        var plan = await PlanAsync(asked);

        Assert.Equal(cap, plan.BatchSize);
        Assert.Equal(Backlog.Start + TimeSpan.FromMinutes(15), plan.Deadline);
        Assert.Equal((5, 5), (plan.MaxRetries ?? 0, plan.Control.Pace.Parallelism));
        Assert.Equal(5, plan.FailureStatuses?.Count);
    }

    [Fact]
    public async Task A_planned_run_is_listed_as_running_and_knows_how_much_is_due()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), 200, It.IsAny<CancellationToken>())).ReturnsAsync(150);

        var plan = await PlanAsync(200);

        Assert.Equal(150, plan.Expected);
        var saved = Assert.Single(_saved);
        Assert.Equal((RunId, RunState.Running, "timer", 200), (saved.RunId, saved.State, saved.Trigger, saved.Cap));
    }

    [Fact]
    public async Task A_planned_run_is_a_job_that_can_be_paused_paced_and_cancelled()
    {
        await PlanAsync(200);

        var job = _jobs[RunId];
        Assert.Equal((JobOperation.Reprocess, JobState.Running, "timer"), (job.Operation, job.State, job.RequestedBy));
        Assert.Equal(new JobControl(1, DesiredState.Run, new Pace(5)), job.Control);
        Assert.Null(job.PlanId);
    }

    [Fact]
    public async Task A_run_that_is_planned_again_after_a_crash_keeps_to_what_operators_asked_for_meanwhile()
    {
        await PlanAsync(200);
        var paused = new JobControl(2, DesiredState.Pause, new Pace(1));
        _jobs[RunId] = _jobs[RunId] with { Control = paused };

        Assert.Equal(paused, (await PlanAsync(200)).Control);
    }

    [Fact]
    public async Task A_run_that_was_ended_from_outside_is_closed_by_the_next_one_with_what_it_had_done()
    {
        var lost = Record("run-20260301-110000-000", 0, 100) with { State = RunState.Running };
        Earlier(lost, Record("run-20260301-100000-000", 3, 100));
        var progress = new ReprocessingResult(lost.StartedAt, FoundCount: 40, RestartedCount: 40);
        _engine.Put(
            RunIds.Child(lost.RunId, 1),
            OrchestrationRuntimeStatus.Terminated,
            customStatus: JobStatus.Of(Backlog.Plan(100), JobPhase.Running, progress, Backlog.Start));

        _jobs[lost.RunId] = SampleJobs.Job(lost.RunId);
        await PlanAsync(null);

        Assert.Equal((JobState.Failed, 40), (_jobs[lost.RunId].State, _jobs[lost.RunId].Tally.Succeeded));
        var closed = _saved[0];
        Assert.Equal((lost.RunId, RunState.Failed, 40, StopReason.Failed), (closed.RunId, closed.State, closed.Result.FoundCount, closed.Result.StopReason));
        Assert.NotNull(closed.Error);
        Assert.Equal(2, _saved.Count);
    }

    [Fact]
    public async Task A_quiet_run_is_recorded_without_alerts()
    {
        var result = new ReprocessingResult(Backlog.Start, FoundCount: 20, RestartedCount: 20).Complete(Backlog.Start.AddSeconds(3), StopReason.Drained);

        await RecordAsync(result, error: null);

        var saved = Assert.Single(_saved);
        Assert.Equal((RunState.Completed, result), (saved.State, saved.Result));
        Assert.Empty(saved.Alerts);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Equal([("reprocessing.run.duration", 3.0, "reprocessing.run.outcome=completed")], _meters.Read());
    }

    [Fact]
    public async Task Every_alert_is_stored_logged_as_a_warning_and_counted()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(101);
        Earlier(Record(RunId, 0, 100) with { State = RunState.Running }, Record("run-20260301-110000-000", 100, 100), Record("run-20260301-100000-000", 100, 100));
        var result = new ReprocessingResult(Backlog.Start, FoundCount: 100, RestartedCount: 80, DlqCount: 11, ErrorCount: 9);

        await RecordAsync(result, error: null);

        AlertKind[] kinds = [AlertKind.DeadLetters, AlertKind.Errors, AlertKind.FullRuns, AlertKind.Backlog];
        Assert.Equal(kinds, Assert.Single(_saved).Alerts.Select(alert => alert.Kind));
        Assert.Equal(4, _log.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Id == 5015));
        Assert.Equal(4, _meters.Read().Count(measured => measured.Name == "reprocessing.run.alerts"));
        _notifications.Verify(notifications => notifications.AlertedAsync(
            _engine.Client, RunId, It.Is<IReadOnlyList<Alert>>(alerts => alerts.Count == 4), Backlog.Start, It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task A_run_that_is_recorded_again_raises_the_same_alerts_as_before_and_tells_of_no_others()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(101);
        var raised = new Alert(AlertKind.DeadLetters, 11, 10, "11 dead letters");
        Earlier(Record(RunId, 0, 100) with { Alerts = [raised] });

        await RecordAsync(new ReprocessingResult(Backlog.Start, FoundCount: 11, DlqCount: 11), error: null);

        Assert.Equal(raised, Assert.Single(Assert.Single(_saved).Alerts));
        _notifications.Verify(notifications => notifications.AlertedAsync(
            _engine.Client, RunId, It.Is<IReadOnlyList<Alert>>(alerts => alerts.Single() == raised), Backlog.Start, It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task A_failed_run_is_recorded_with_its_partial_result_and_its_error()
    {
        var result = new ReprocessingResult(Backlog.Start, FoundCount: 7, RestartedCount: 7);

        await RecordAsync(result, "no storage");

        var saved = Assert.Single(_saved);
        Assert.Equal((RunState.Failed, "no storage", 7), (saved.State, saved.Error, saved.Result.FoundCount));
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Message.Contains("no storage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_that_lost_an_order_are_an_error_in_the_log()
    {
        await RecordAsync(new ReprocessingResult(Backlog.Start, FoundCount: 7, RestartedCount: 6), error: null);

        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Id == 5016);
    }

    [Fact]
    public async Task A_result_is_kept_even_if_the_backlog_cannot_be_counted()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new Azure.RequestFailedException(503, "Storage is away."));

        await RecordAsync(new ReprocessingResult(Backlog.Start, 3, 3), "The query failed.");

        var kept = Assert.Single(_saved);
        Assert.Equal((RunState.Failed, 3), (kept.State, kept.Result.RestartedCount));
        Assert.Null((await PlanAsync(maxOrders: 10)).Expected);
    }

    private static RunRecord Record(string runId, int found, int cap)
    {
        Assert.True(RunIds.TryGetStart(runId, out var startedAt));
        return new(runId, startedAt, "timer", cap, RunState.Completed, new ReprocessingResult(startedAt, found, found));
    }

    private DueCount Count => new(_due.Object, NullLogger<DueCount>.Instance);

    private void Earlier(params RunRecord[] runs) =>
        _results.Setup(store => store.ListAsync(It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<RunRecord>(runs, null));

    private Task<SliceInput> PlanAsync(int? maxOrders)
    {
        var abandoned = new AbandonedRuns(_results.Object, _jobs.Store, TimeProvider.System, NullLogger<AbandonedRuns>.Instance);
        return new PlanRun(Options.Create(new ReprocessingOptions()), Count, _results.Object, _jobs.Store, abandoned)
            .RunAsync(new(RunId, Backlog.Start, maxOrders, RunTrigger.Timer), _engine.Client, default);
    }

    private Task<bool> RecordAsync(ReprocessingResult result, string? error) =>
        new RecordRunResult(_results.Object, Count, Options.Create(new AlertOptions()), _notifications.Object, _meters.Metrics, _log)
            .RunAsync(new(Rule, RunTrigger.Http, 100, result, error), _engine.Client, default);
}
