using Reprocessing.Storage.Results;
using Reprocessing.Functions.Health;

namespace Reprocessing.Functions.Tests.Runs;

public sealed class RunQueriesTests
{
    private const string RunId = "run-20260301-120000-000";

    private WebhookTargets _webhooks = new(null, null);
    private readonly FakeJobStore _jobs = new();
    private readonly Mock<IResultStore> _results = new();

    private RunFunctions Functions => new(
        new RunStarter(new FakeJobStore().Store, TimeProvider.System, NullLogger<RunStarter>.Instance), _results.Object, _jobs.Store, Options.Create(new ReprocessingOptions()), TimeProvider.System);

    [Fact]
    public async Task A_running_run_shows_what_its_chunks_have_stored()
    {
        Stored(JobState.Running, new ReprocessingResult(Backlog.Start));
        _jobs.Progress = new(new(Found: 1200, Succeeded: 1100, DeadLettered: 100), new(1, 1, 0), 2);

        var run = (await GetAsync(RunId)).Json();

        Assert.Equal("running", run.GetProperty("state").GetString());
        Assert.Equal(1200, run.GetProperty("foundCount").GetInt32());
        Assert.Equal(100, run.GetProperty("dlqCount").GetInt32());
        Assert.Equal(50, run.GetProperty("progress").GetProperty("percent").GetDouble());
        Assert.Equal(2, run.GetProperty("progress").GetProperty("slice").GetInt32());
    }

    [Fact]
    public async Task A_run_that_has_ended_shows_its_result_and_no_progress()
    {
        Stored(JobState.Succeeded, new ReprocessingResult(Backlog.Start, 5, 5).Complete(Backlog.Start.AddSeconds(1), StopReason.Drained));

        var run = (await GetAsync(RunId)).Json();

        Assert.Equal("drained", run.GetProperty("stopReason").GetString());
        Assert.Equal(5, run.GetProperty("restartedCount").GetInt32());
        Assert.False(run.TryGetProperty("progress", out _));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("run-20260301-120000-001")]
    public async Task A_run_that_is_not_there_is_a_404(string runId) =>
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(runId)).StatusCode);

    [Fact]
    public async Task The_summary_asks_for_a_week_unless_told_otherwise()
    {
        _results.Setup(store => store.SummariseAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new DaySummary(new DateOnly(2026, 3, 1), 4, 40, 30, 5, 3, 2, new Dictionary<string, int> { ["already_running"] = 1 })]);

        var week = (await Functions.GetSummary(new FakeRequest("GET", "/s"), default)).Json();
        await Functions.GetSummary(new FakeRequest("GET", "/s?days=30"), default);

        var day = week.GetProperty("days")[0];
        Assert.Equal(("2026-03-01", 30, 5), (day.GetProperty("day").GetString(), day.GetProperty("restartedCount").GetInt32(), day.GetProperty("dlqCount").GetInt32()));
        _results.Verify(store => store.SummariseAsync(It.IsAny<DateTimeOffset>(), 7, It.IsAny<CancellationToken>()));
        _results.Verify(store => store.SummariseAsync(It.IsAny<DateTimeOffset>(), 30, It.IsAny<CancellationToken>()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("367")]
    [InlineData("week")]
    public async Task A_summary_of_no_days_is_a_400(string days)
    {
        var answer = await new FakeRequest("GET", $"/s?days={days}").SendAsync(request => Functions.GetSummary(request, default));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("#/days", answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task The_app_is_healthy_when_its_storage_answers_and_tells_of_the_last_run()
    {
        Stored(JobState.Succeeded, new ReprocessingResult(Backlog.Start));

        var answer = await HealthAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(RunId, answer.Json().GetProperty("lastRun").GetProperty("runId").GetString());
    }

    [Fact]
    public async Task A_receiver_that_wants_nothing_any_more_degrades_the_app_and_does_not_fail_it()
    {
        Stored(JobState.Succeeded, new ReprocessingResult(Backlog.Start));
        _webhooks = new(Receiver.Target(WebhookTargets.RestartsName), Receiver.Target(WebhookTargets.NotificationsName));

        var healthy = (await HealthAsync()).Json();
        _webhooks.Restarts!.TryClose();
        var answer = await HealthAsync();

        Assert.Equal("healthy", healthy.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("degraded", answer.Json().GetProperty("status").GetString());
        Assert.Equal("closed", answer.Json().GetProperty("webhooks").GetProperty("restarts").GetString());
        Assert.Equal("open", answer.Json().GetProperty("webhooks").GetProperty("notices").GetString());
    }

    [Fact]
    public async Task The_app_is_unhealthy_when_its_storage_does_not_answer()
    {
        _results.Setup(store => store.ListAsync(1, null, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new AggregateException(new RequestFailedException(0, "refused")));

        var answer = await HealthAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("unreachable", answer.Json().GetProperty("storage").GetString());
    }

    private void Stored(JobState state, ReprocessingResult result)
    {
        var run = SampleJobs.Job(RunId) with
        {
            State = state,
            CreatedAt = Backlog.Start,
            EndedAt = result.CompletedAt,
            Tally = result.Tally,
            Run = new("http", 5000, result) { Expected = 2400 },
        };
        _jobs[RunId] = run;
        _results.Setup(store => store.ListAsync(1, null, It.IsAny<CancellationToken>())).ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>([run], null));
    }

    private Task<Microsoft.Azure.Functions.Worker.Http.HttpResponseData> GetAsync(string runId) =>
        new FakeRequest("GET", $"/api/reprocessing/runs/{runId}").SendAsync(request =>
            Functions.GetRun(request, runId, default));

    private Task<Microsoft.Azure.Functions.Worker.Http.HttpResponseData> HealthAsync() =>
        new HealthFunctions(_results.Object, _webhooks, TimeProvider.System, NullLogger<HealthFunctions>.Instance).GetHealth(new FakeRequest("GET", "/api/health"), default);
}
