namespace Reprocessing.Functions.Tests.Jobs.Requests;

public sealed class JobActsTests
{
    private readonly JobsApp _app = new();

    [Fact]
    public async Task Pause_resume_and_cancel_change_the_demand_and_are_told_to_the_orchestration_and_the_audit_log()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Audit.Clear();

        var paused = await _app.PauseAsync(jobId);
        Assert.Equal(HttpStatusCode.Accepted, paused.StatusCode);
        Assert.Equal("pause", paused.Json().GetProperty("demand").GetString());
        Assert.Equal("Paused by bob (claimed): too hot", paused.Json().GetProperty("stateReason").GetString());
        Assert.Equal("run", (await _app.ResumeAsync(jobId)).Json().GetProperty("demand").GetString());
        Assert.Equal("cancel", (await _app.CancelAsync(jobId)).Json().GetProperty("demand").GetString());

        Assert.Equal(4, _app.Store.Jobs[jobId].Control.Version);
        Assert.Equal(
            [("job.paused", "bob (claimed)", "too hot"), ("job.resumed", "bob (claimed)", "too hot"), ("job.canceled", "bob (claimed)", "too hot")],
            _app.Store.Audit.Select(told => (told.Action, told.Actor, told.Reason)));
        Assert.Equal([2, 3, 4], Sent().Select(control => control.Version));
    }

    [Fact]
    public async Task A_job_that_has_begun_is_in_the_state_that_was_asked_for_and_one_that_has_not_still_waits_for_its_start()
    {
        var jobId = await _app.StartedAsync();
        Assert.Equal("pending", (await _app.PauseAsync(jobId)).Json().GetProperty("state").GetString());
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = JobState.Paused };

        Assert.Equal("running", (await _app.ResumeAsync(jobId)).Json().GetProperty("state").GetString());
        Assert.Equal("paused", (await _app.PauseAsync(jobId)).Json().GetProperty("state").GetString());
        Assert.Equal("paused", (await _app.PaceAsync(jobId, PaceBody(2))).Json().GetProperty("state").GetString());
        Assert.Equal("cancelling", (await _app.CancelAsync(jobId)).Json().GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_same_act_again_changes_nothing_and_is_told_once()
    {
        var jobId = await _app.StartedAsync();
        await _app.PauseAsync(jobId);

        var again = await _app.PauseAsync(jobId);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(2, _app.Store.Jobs[jobId].Control.Version);
        Assert.Single(_app.Store.Audit, told => told.Action == "job.paused");
        Assert.All(Sent(), control => Assert.Equal(2, control.Version));
    }

    [Fact]
    public async Task An_act_whose_process_died_is_done_and_told_by_its_repeat()
    {
        foreach (var (step, after) in new[] { (1, false), (1, true), (2, false), (2, true) })
        {
            var app = new JobsApp();
            var jobId = await app.StartedAsync();
            app.Process.Revive();
            (app.Process.DiesAt, app.Process.DiesAfter) = (step, after);
            Assert.Equal(HttpStatusCode.InternalServerError, (await app.PauseAsync(jobId)).StatusCode);
            app.Process.Revive();

            Assert.Equal(HttpStatusCode.Accepted, (await app.PauseAsync(jobId)).StatusCode);

            Assert.Equal((2, DesiredState.Pause), (app.Store.Jobs[jobId].Control.Version, app.Store.Jobs[jobId].Control.Demand));
            Assert.Single(app.Store.Audit, told => told.Action == "job.paused");
        }
    }

    [Fact]
    public async Task An_act_that_changes_nothing_is_not_told()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Audit.Clear();

        Assert.Equal(HttpStatusCode.Accepted, (await _app.ResumeAsync(jobId)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _app.PaceAsync(jobId, PaceBody(5))).StatusCode);

        Assert.Empty(_app.Store.Audit);
        Assert.Equal(1, _app.Store.Jobs[jobId].Control.Version);
    }

    [Fact]
    public async Task An_act_whose_process_died_is_told_as_what_it_was_when_somebody_else_asks_for_the_same()
    {
        var jobId = await DiedAsync((id, body) => _app.PauseAsync(id, body), """{"requestedBy":"ann","reason":"too hot"}""");

        var again = await _app.PauseAsync(jobId, """{"requestedBy":"bob","reason":"too loud"}""");

        Assert.Equal("Paused by ann (claimed): too hot", again.Json().GetProperty("stateReason").GetString());
        var told = Assert.Single(_app.Store.Audit, told => told.Action == "job.paused");
        Assert.Equal(("ann (claimed)", "too hot", JobsApp.Start), (told.Actor, told.Reason, told.At));
    }

    [Fact]
    public async Task An_act_whose_process_died_is_told_before_another_act_takes_its_place()
    {
        var jobId = await DiedAsync((id, body) => _app.PaceAsync(id, body), """{"parallelism":9,"requestedBy":"ann","reason":"slow"}""");

        await _app.CancelAsync(jobId);

        Assert.Equal(
            [("job.pace_changed", "ann (claimed)", "parallelism 9, as fast as it goes"), ("job.canceled", "bob (claimed)", null)],
            _app.Store.Audit.Select(told => (told.Action, told.Actor, told.Detail)));
    }

    [Fact]
    public async Task An_act_whose_process_died_is_told_although_nobody_asks_again()
    {
        var jobId = await DiedAsync((id, body) => _app.PauseAsync(id, body), """{"requestedBy":"ann","reason":"too hot"}""");

        _app.Clock.Now += TimeSpan.FromMinutes(1);
        await _app.CheckOpenAsync();
        await _app.CheckOpenAsync();

        var told = Assert.Single(_app.Store.Audit, told => told.Target == jobId && told.Action == "job.paused");
        Assert.Equal(("ann (claimed)", JobsApp.Start), (told.Actor, told.At));
    }

    [Fact]
    public async Task An_act_stands_although_the_word_of_it_does_not_get_through()
    {
        var jobId = await _app.StartedAsync();
        _app.Engine.Mock
            .Setup(client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("no such instance"));

        Assert.Equal(HttpStatusCode.Accepted, (await _app.PauseAsync(jobId)).StatusCode);
        Assert.Equal(DesiredState.Pause, _app.Store.Jobs[jobId].Control.Demand);
    }

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.CompletedWithFailures)]
    [InlineData(JobState.Canceled)]
    [InlineData(JobState.Failed)]
    public async Task A_job_that_has_ended_is_a_409_and_stays_as_it_is(JobState state)
    {
        var jobId = await _app.StartedAsync();
        var ended = _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = state };
        var told = _app.Store.Audit.Count;

        foreach (var answer in new[]
        {
            await _app.PauseAsync(jobId), await _app.ResumeAsync(jobId), await _app.CancelAsync(jobId), await _app.PaceAsync(jobId, PaceBody(2)),
        })
        {
            Assert.Equal((HttpStatusCode.Conflict, "job_ended"), (answer.StatusCode, Code(answer)));
        }

        Assert.Same(ended, _app.Store.Jobs[jobId]);
        Assert.Equal(told, _app.Store.Audit.Count);
        Assert.Empty(Sent());
    }

    [Fact]
    public async Task A_job_that_is_being_cancelled_is_not_called_back()
    {
        var jobId = await _app.StartedAsync();
        await _app.CancelAsync(jobId);

        Assert.Equal("job_cancelling", Code(await _app.ResumeAsync(jobId)));
        Assert.Equal("job_cancelling", Code(await _app.PauseAsync(jobId)));
        Assert.Equal("job_cancelling", Code(await _app.PaceAsync(jobId, PaceBody(2))));
        Assert.Equal(HttpStatusCode.Accepted, (await _app.CancelAsync(jobId)).StatusCode);
    }

    [Fact]
    public async Task The_pace_is_changed_member_by_member()
    {
        var jobId = await _app.StartedAsync();

        var rate = await _app.PaceAsync(jobId, """{"itemsPerSecond":7.5,"requestedBy":"bob"}""");
        Assert.Equal((HttpStatusCode.OK, """{"parallelism":5,"itemsPerSecond":7.5}"""), (rate.StatusCode, rate.Json().GetProperty("pace").GetRawText()));
        await _app.PaceAsync(jobId, PaceBody(9));
        Assert.Equal(new Pace(9, 7.5), _app.Store.Jobs[jobId].Control.Pace);
        await _app.PaceAsync(jobId, """{"itemsPerSecond":0,"requestedBy":"bob"}""");

        Assert.Equal(new JobControl(4, DesiredState.Run, new Pace(9, null)), _app.Store.Jobs[jobId].Control);
        Assert.Contains("parallelism 9, as fast as it goes", _app.Store.Audit[^1].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"requestedBy":"bob"}""", "#")]
    [InlineData("""{"parallelism":0,"requestedBy":"bob"}""", "#/parallelism")]
    [InlineData("""{"parallelism":101,"requestedBy":"bob"}""", "#/parallelism")]
    [InlineData("""{"itemsPerSecond":-0.5,"requestedBy":"bob"}""", "#/itemsPerSecond")]
    [InlineData("""{"itemsPerSecond":1e9,"requestedBy":"bob"}""", "#/itemsPerSecond")]
    [InlineData("""{"itemsPerSecond":1}""", "#/requestedBy")]
    [InlineData("""{"itemsPerSecond":1,"requestedBy":"bob","reason":" "}""", "#/reason")]
    public async Task A_pace_that_makes_no_sense_is_a_400(string body, string member)
    {
        var jobId = await _app.StartedAsync();

        var answer = await _app.PaceAsync(jobId, body);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_body"), (answer.StatusCode, Code(answer)));
        Assert.Contains(member, answer.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
        Assert.Equal(1, _app.Store.Jobs[jobId].Control.Version);
    }

    [Fact]
    public async Task An_edit_of_what_has_changed_since_it_was_read_is_a_412()
    {
        var jobId = await _app.StartedAsync();
        var read = (await _app.GetAsync(jobId)).Header("ETag");
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { Tally = new(1, 1) };

        var first = await _app.PaceAsync(jobId, PaceBody(2), read);
        var second = await _app.PaceAsync(jobId, PaceBody(3), read);
        var third = await _app.PaceAsync(jobId, PaceBody(3), first.Header("ETag"));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "precondition_failed"), (second.StatusCode, Code(second)));
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Equal(3, _app.Store.Jobs[jobId].Control.Pace.Parallelism);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"requestedBy":"bob","reason":""}""")]
    [InlineData("""{"requestedBy":"bob","why":"?"}""")]
    public async Task An_act_of_nobody_or_for_a_blank_reason_is_a_400(string body)
    {
        var jobId = await _app.StartedAsync();

        Assert.Equal("invalid_body", Code(await _app.CancelAsync(jobId, body)));
        Assert.Equal(DesiredState.Run, _app.Store.Jobs[jobId].Control.Demand);
    }

    [Fact]
    public async Task A_run_is_paused_under_its_own_id()
    {
        const string RunId = "run-20260301-120000-000";
        _app.Store.Jobs[RunId] = Run(RunId);

        Assert.Equal(HttpStatusCode.Accepted, (await _app.PauseAsync(RunId)).StatusCode);
        Assert.Equal("reprocessing-batch", (await _app.GetAsync(RunId)).Json().GetProperty("instanceId").GetString());
        Assert.Equal(DesiredState.Pause, _app.Store.Jobs[RunId].Control.Demand);
    }

    [Theory]
    [InlineData("job-none")]
    [InlineData("run-none")]
    [InlineData("none")]
    public async Task A_job_that_is_not_there_is_a_404(string jobId)
    {
        foreach (var answer in new[]
        {
            await _app.GetAsync(jobId), await _app.ItemsAsync(jobId), await _app.PauseAsync(jobId), await _app.ResumeAsync(jobId),
            await _app.CancelAsync(jobId), await _app.PaceAsync(jobId, PaceBody(2)),
        })
        {
            Assert.Equal((HttpStatusCode.NotFound, "not_found"), (answer.StatusCode, Code(answer)));
        }
    }

    internal static JobRecord Run(string runId) => new()
    {
        JobId = runId,
        Operation = JobOperation.Reprocess,
        State = JobState.Running,
        Reason = "schedule",
        RequestedBy = "timer",
        CreatedAt = JobsApp.Start,
        Selection = "due orders",
        Control = new(1, DesiredState.Run, new()),
        Run = new("timer", 100, new ReprocessingResult(JobsApp.Start)),
    };

    /// <summary>A job that was changed by a process that died before it could tell.</summary>
    private async Task<string> DiedAsync(Func<string, string, Task<HttpResponseData>> act, string body)
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Audit.Clear();
        _app.Process.Revive();
        (_app.Process.DiesAt, _app.Process.DiesAfter) = (1, true);
        Assert.Equal(HttpStatusCode.InternalServerError, (await act(jobId, body)).StatusCode);
        _app.Process.Revive();
        Assert.Empty(_app.Store.Audit);
        return jobId;
    }

    private static string PaceBody(int parallelism) => $$"""{"parallelism":{{parallelism}},"requestedBy":"bob"}""";

    private static string? Code(HttpResponseData answer) => answer.Json().GetProperty("code").GetString();

    private List<JobControl> Sent() =>
    [
        .. _app.Engine.Mock.Invocations
            .Where(call => call.Method.Name == "RaiseEventAsync")
            .Select(call => Assert.IsType<JobControl>(call.Arguments[2])),
    ];
}
