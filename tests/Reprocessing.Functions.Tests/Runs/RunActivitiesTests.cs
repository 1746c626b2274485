using Reprocessing.Storage.Due;
using Reprocessing.Storage.Results;
using Reprocessing.Storage.Starts;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Runs;

public sealed class RunActivitiesTests
{
    private const string RunId = "run-20260301-120000-000";

    private static readonly ReprocessingRule Rule = new(RunId, 5, ["picking_failed"]);

    private readonly FakeEngine _engine = new();
    private readonly Mock<IResultStore> _results = new();
    private readonly Mock<IDueOrders> _due = new();
    private readonly Mock<IPendingStarts> _pending = new();
    private readonly FakeJobStore _jobs = new();
    private readonly AlertBench _alerts = new();
    private readonly MeterReader _meters = new();
    private readonly RecordingLogger<RunCompletion> _log = new();

    public RunActivitiesTests()
    {
        _pending.Setup(pending => pending.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Returns(AsyncEnumerable.Empty<OrderStart>());
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
        var run = await BeginAsync(asked);

        Assert.Equal(cap, run.BatchSize);
        Assert.Equal(Backlog.Start + TimeSpan.FromMinutes(15), run.Deadline);
        Assert.Equal((5, 5), (run.MaxRetries, run.Control.Pace.Parallelism));
        Assert.Equal(6, run.FailureStatuses.Count);
    }

    [Fact]
    public async Task A_run_that_begins_is_stored_as_a_job_that_can_be_paused_paced_and_cancelled_and_knows_how_much_is_due()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), 200, It.IsAny<CancellationToken>())).ReturnsAsync(new DueBacklog(150, null));

        Assert.Equal(150, (await BeginAsync(200)).Expected);

        var job = _jobs[RunId];
        Assert.Equal((JobOperation.Reprocess, JobState.Running, "timer"), (job.Operation, job.State, job.RequestedBy));
        Assert.Equal(new JobControl(1, DesiredState.Run, new Pace(5)), job.Control);
        Assert.Equal(("timer", 200, 150), (job.Run?.Trigger, job.Run?.Cap, job.Run?.Expected));
        Assert.Null(job.PlanId);
    }

    [Fact]
    public async Task A_run_that_begins_again_after_a_crash_keeps_to_what_operators_asked_for_meanwhile()
    {
        await BeginAsync(200);
        var paused = new JobControl(2, DesiredState.Pause, new Pace(1));
        _jobs[RunId] = _jobs[RunId] with { Control = paused };

        Assert.Equal(paused, (await BeginAsync(200)).Control);
    }

    [Fact]
    public async Task Starts_that_were_decided_and_not_made_are_made_before_the_run_does_anything_of_its_own()
    {
        _pending.Setup(pending => pending.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Returns(new[] { ChunkBench.Start("A") with { DecidedAt = TimeProvider.System.GetUtcNow() } }.ToAsyncEnumerable());

        await BeginAsync(200);

        Assert.Equal("order-fulfillment-A-retry-1", Assert.Single(_engine.Started).Id);
    }

    [Fact]
    public async Task Starts_that_cannot_be_made_do_not_stop_the_run()
    {
        _pending.Setup(pending => pending.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Throws(new RequestFailedException(503, "Storage is away."));

        Assert.Equal(200, (await BeginAsync(200)).BatchSize);
    }

    [Fact]
    public async Task A_run_that_was_ended_from_outside_is_closed_by_the_next_one_with_what_it_had_done()
    {
        var lost = Record("run-20260301-110000-000", 0, 100) with { State = JobState.Running };
        Earlier(lost, Record("run-20260301-100000-000", 3, 100));
        _jobs[lost.JobId] = lost;
        _jobs.Progress = new(new(Found: 40, Succeeded: 40), new(1, 0, 0), 1);

        await BeginAsync(null);

        var closed = _jobs[lost.JobId];
        Assert.Equal((JobState.Failed, 40), (closed.State, closed.Tally.Succeeded));
        Assert.Equal((40, StopReason.Failed), (closed.Run?.Result.FoundCount, closed.Run?.Result.StopReason));
        Assert.NotNull(closed.Run?.Error);
    }

    [Fact]
    public async Task A_quiet_run_is_completed_without_alerts()
    {
        var result = await CompleteAsync(new(Found: 20, Succeeded: 20), StopReason.Drained);

        Assert.Equal((20, StopReason.Drained, Backlog.Start.AddSeconds(3)), (result.RestartedCount, result.StopReason, result.CompletedAt));
        var stored = _jobs[RunId];
        Assert.Equal((JobState.Succeeded, result), (stored.State, stored.Run?.Result));
        Assert.DoesNotContain(stored.Run!.Alerts, alert => alert.Holds);
        Assert.All(await _alerts.ListAsync(), alert => Assert.False(alert.IsRaised));
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
        Assert.Equal([("reprocessing.run.duration", 3.0, "reprocessing.run.outcome=completed")], _meters.Read());
    }

    [Fact]
    public async Task Every_alert_is_stored_with_the_run_raised_logged_as_a_warning_counted_and_told()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(new DueBacklog(101, null));
        Earlier(Record(RunId, 0, 100) with { State = JobState.Running }, Record("run-20260301-110000-000", 100, 100), Record("run-20260301-100000-000", 100, 100));

        await CompleteAsync(new(Found: 100, Succeeded: 80, DeadLettered: 11, Failed: 9), StopReason.CapReached);

        AlertKind[] kinds = [AlertKind.DeadLetters, AlertKind.Errors, AlertKind.FullRuns, AlertKind.Backlog];
        Assert.Equal(kinds, _jobs[RunId].Run!.Alerts.Where(alert => alert.Holds).Select(alert => alert.Kind));
        Assert.Equal(kinds.Order(), (await _alerts.ListAsync()).Where(alert => alert.IsRaised).Select(alert => alert.Kind).Order());
        Assert.Equal(4, _alerts.Logged(5015).Count(entry => entry.Level == LogLevel.Warning));
        Assert.Equal(4, _alerts.Meters.Read().Count(measured => measured.Name == "reprocessing.alert.changes"));
        Assert.Equal(4, _alerts.Told.Count);
        Assert.All(_alerts.Told, alert => Assert.Equal(Backlog.Start.AddSeconds(3), alert.Since));
    }

    [Fact]
    public async Task A_backlog_that_could_not_be_counted_neither_raises_nor_clears()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RequestFailedException(503, "Storage is away."));

        await CompleteAsync(new(Found: 20, Succeeded: 20), StopReason.Drained);

        Assert.DoesNotContain(await _alerts.ListAsync(), alert => alert.Kind == AlertKind.Backlog);
    }

    [Fact]
    public async Task A_run_that_is_completed_again_after_a_crash_keeps_its_result_and_raises_nothing_twice()
    {
        await CompleteAsync(new(Found: 11, DeadLettered: 11), StopReason.Drained);
        var (stored, measured) = (_jobs[RunId], _meters.Read().Count);
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(new DueBacklog(101, null));

        var again = await CompleteAsync(new(Found: 12, DeadLettered: 12), StopReason.Canceled);

        Assert.Equal(stored.Run!.Result, again);
        Assert.Equal(stored, _jobs[RunId]);
        Assert.Equal(measured, _meters.Read().Count);
        Assert.Equal(AlertKind.DeadLetters, Assert.Single(_alerts.Told).Kind);
        Assert.Single(_alerts.Logged(5015));
    }

    [Fact]
    public async Task A_failed_run_is_stored_with_its_partial_result_and_its_error()
    {
        await CompleteAsync(new(Found: 7, Succeeded: 7), StopReason.Failed, "no storage");

        var stored = _jobs[RunId];
        Assert.Equal((JobState.Failed, "no storage", 7), (stored.State, stored.Run?.Error, stored.Run?.Result.FoundCount));
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Message.Contains("no storage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_found_and_could_not_be_recorded_counts_as_errors()
    {
        var result = await CompleteAsync(new(Found: 7, Succeeded: 7), StopReason.Drained, found: 10);

        Assert.Equal((10, 7, 3), (result.FoundCount, result.RestartedCount, result.ErrorCount));
        Assert.Equal(JobState.CompletedWithFailures, _jobs[RunId].State);
    }

    [Fact]
    public async Task A_result_is_kept_even_if_the_backlog_cannot_be_counted()
    {
        _due.Setup(due => due.CountAsync(It.IsAny<ReprocessingRule>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RequestFailedException(503, "Storage is away."));

        await CompleteAsync(new(Found: 3, Succeeded: 3), StopReason.Failed, "The query failed.");

        Assert.Equal((JobState.Failed, 3), (_jobs[RunId].State, _jobs[RunId].Run?.Result.RestartedCount));
        Assert.Null((await BeginAsync(maxOrders: 10)).Expected);
    }

    private static JobRecord Record(string runId, int found, int cap)
    {
        Assert.True(RunIds.TryGetStart(runId, out var startedAt));
        var result = new ReprocessingResult(startedAt, found, found);
        return SampleJobs.Job(runId) with { State = JobState.Succeeded, CreatedAt = startedAt, Tally = result.Tally, Run = new("timer", cap, result) };
    }

    private DueCount Count => new(_due.Object, _meters.States, NullLogger<DueCount>.Instance);

    private void Earlier(params JobRecord[] runs) =>
        _results.Setup(store => store.ListAsync(It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>(runs, null));

    private Task<ReprocessingInput> BeginAsync(int? maxOrders)
    {
        var options = Options.Create(new ReprocessingOptions());
        var abandoned = new RunReconciler(_results.Object, _jobs.Store, TimeProvider.System, NullLogger<RunReconciler>.Instance);
        var starts = new InterruptedStarts(_pending.Object, ChunkBench.Target(), ChunkBench.Starter(), RetryStrategy.Default, options, _meters.Metrics, TimeProvider.System, NullLogger<InterruptedStarts>.Instance);
        return new BeginRun(options, Count, _jobs.Store, abandoned, starts, NullLogger<BeginRun>.Instance)
            .RunAsync(new(RunId, Backlog.Start, maxOrders, RunTrigger.Timer), _engine.Client, default);
    }

    private Task<ReprocessingResult> CompleteAsync(ItemTally stored, StopReason reason, string? error = null, int? found = null)
    {
        if (_jobs.Find(RunId) is null)
        {
            _jobs[RunId] = SampleJobs.Job(RunId) with { CreatedAt = Backlog.Start, Run = new("http", 100, new ReprocessingResult(Backlog.Start)) };
        }

        _jobs.Progress = new(stored, new(1, 0, 0), 1);
        var completion = new RunCompletion(
            _jobs.Store,
            new(_jobs.Store),
            _results.Object,
            Count,
            Options.Create(new AlertThresholds()),
            _alerts.Updates,
            Mock.Of<IAuditLog>(),
            _meters.Metrics,
            new SettableClock(Backlog.Start.AddSeconds(3)),
            _log);
        var result = new ReprocessingResult(Backlog.Start, FoundCount: found ?? stored.Found).Stop(reason);
        return completion.CompleteRun(new(Rule, result, error), _engine.Client, default);
    }
}
