namespace Reprocessing.Functions.Tests.Jobs.Requests;

public sealed class JobQueriesTests
{
    private readonly JobsApp _app = new();

    [Fact]
    public async Task A_job_shows_what_was_asked_for_and_how_far_it_is()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = JobState.Running, Tally = new(2, 1, 0, 1) };
        _app.Store.Outcomes = new(Running: 1, FailedSame: 1);

        var answer = await _app.GetAsync(jobId);

        Assert.Matches("^\"[0-9a-f]+\"$", answer.Header("ETag"));
        var job = answer.Json();
        Assert.Equal(("retry", "running", "errorType = timeout", "ann (claimed)"), (Text("operation"), Text("state"), Text("selection"), Text("requestedBy")));
        Assert.Equal("""{"found":2,"started":0,"succeeded":1,"deadLettered":0,"failed":1,"skipped":0,"pending":1}""", job.GetProperty("counts").GetRawText());
        Assert.Equal(1, job.GetProperty("outcomes").GetProperty("failedSame").GetInt32());
        Assert.Equal("""{"parallelism":5,"itemsPerSecond":0}""", job.GetProperty("pace").GetRawText());
        Assert.Equal((3, 0.2, true), (job.GetProperty("totalItems").GetInt32(), job.GetProperty("failureThreshold").GetDouble(), job.GetProperty("waitForOutcome").GetBoolean()));
        Assert.Equal(jobId, Text("instanceId"));
        Assert.False(job.TryGetProperty("result", out _));

        string? Text(string name) => job.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_job_at_work_shows_how_far_its_orchestration_says_that_it_is()
    {
        var result = new ReprocessingResult(JobsApp.Start).With(new(2, 1, 0, 1));
        var jobId = await _app.StartedAsync(
            new JobStatus("job", JobPhase.Running, 1, result, 2, 3, 66.7, 0.5, 2) 
            {
                UnderWay = 1,
                RampStep = 2,
                Circuit = CircuitState.Closed,
                WaitsFor = new(JobWaitKind.Outcome, "A", 0, 2, 3, JobsApp.Start.AddMinutes(5)),
            });
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = JobState.Running, Tally = new(1, 1) };
        _app.Clock.Now = JobsApp.Start.AddSeconds(4);

        var job = (await _app.GetAsync(jobId)).Json();

        Assert.Equal(
            """
            {"processed":2,"total":3,"percent":66.7,"ratePerSecond":0.5,"etaSeconds":2,"underWay":1,"rampStep":2,"circuit":"closed","waitsFor":{"for":"outcome","item":"A","others":0,"attempt":2,"maxAttempts":3,"until":"2026-03-01T12:05:00+00:00"}}
            """,
            job.GetProperty("progress").GetRawText());
        Assert.Equal("""{"found":2,"started":0,"succeeded":1,"deadLettered":0,"failed":1,"skipped":0,"pending":1}""", job.GetProperty("counts").GetRawText());
        await _app.PauseAsync(jobId);
        Assert.False((await _app.GetAsync(jobId)).Json().GetProperty("progress").TryGetProperty("etaSeconds", out _));
    }

    [Fact]
    public async Task A_job_that_has_ended_shows_its_result()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with
        {
            State = JobState.CompletedWithFailures,
            StartedAt = JobsApp.Start,
            EndedAt = JobsApp.Start.AddSeconds(12.5),
            Tally = new(2, 1, 0, 1),
            ErrorPatterns = new Dictionary<string, int> { ["The shelf was empty."] = 1 },
            Options = """{"maxRetries":2,"retryStrategy":{"strategy":"fixed"},"force":true}""",
        };
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId].With(new JobEdit(2, JobCommand.PauseAction, "bob", JobsApp.Start.AddSeconds(5)) { Reason = "too hot" });

        var job = (await _app.GetAsync(jobId)).Json();

        var result = job.GetProperty("result");
        Assert.Equal(
            """{"totalItems":3,"successful":1,"started":0,"failed":1,"skipped":0,"durationSeconds":12.5,"errorPatterns":{"The shelf was empty.":1},"timeline":""",
            result.GetRawText().Split('[')[0]);
        Assert.Equal(
            [("job.created", "ann (claimed)", "outage over"), ("job.started", "ann (claimed)", "outage over"), ("job.paused", "bob", "too hot"), ("job.ended", "ann (claimed)", null)],
            result.GetProperty("timeline").EnumerateArray().Select(told =>
                (told.GetProperty("action").GetString(), told.GetProperty("actor").GetString(), told.TryGetProperty("reason", out var why) ? why.GetString() : null)));
        Assert.Equal((1, 1), (result.GetProperty("leftovers").GetProperty("pending").GetInt32(), result.GetProperty("leftovers").GetProperty("failed").GetInt32()));
        Assert.Equal(
            $"reprocess dlq retry --from-job {jobId} --max-retries 2 --strategy '{{\"strategy\":\"fixed\"}}' --force --reason 'What is left of {jobId}.'",
            result.GetProperty("leftovers").GetProperty("command").GetString());
        Assert.False(job.TryGetProperty("progress", out _));
    }

    [Theory]
    [InlineData(JobOperation.Reset, """{"type":"FirstWorkflowTask","reapply":{"exclude":["Spent","it's"]},"includeCompleted":true}""",
        "reprocess reset --from-job job-1 --type FirstWorkflowTask --include-completed --exclude-event Spent 'it'\\''s' --reason 'What is left of job-1.'")]
    [InlineData(JobOperation.Resolve, """{"resolution":"cancelled","notes":"$(rm -rf /)"}""",
        "reprocess dlq resolve --from-job job-1 --as cancelled --notes '$(rm -rf /)' --reason 'What is left of job-1.'")]
    [InlineData(JobOperation.Purge, """{"confirm":3,"force":false}""", "reprocess dlq purge --from-job job-1 --reason 'What is left of job-1.'")]
    public void What_is_left_is_taken_up_by_a_command_that_says_the_same_and_runs_nothing_else(JobOperation operation, string options, string command)
    {
        var job = SampleJobs.Job("job-1") with { Operation = operation, Options = options, State = JobState.Canceled, Tally = new(1, 1) };

        Assert.Equal(new(2, 0, command), JobLeftovers.Of(job));
        Assert.Null(JobLeftovers.Of(job with { Tally = new(3, 3) }));
    }

    [Fact]
    public async Task Outcomes_are_carried_over_for_whoever_looks_at_a_job_with_running_ones_but_not_at_every_look()
    {
        var jobId = await _app.StartedAsync();
        var projections = 0;
        _app.Outcomes.Setup(outcomes => outcomes.ProjectAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            projections++;
            _app.Store.Outcomes = _app.Store.Outcomes with { Running = _app.Store.Outcomes.Running - 1, Succeeded = projections };
            return 1;
        });

        await _app.GetAsync(jobId);
        Assert.Equal(0, projections);
        _app.Store.Outcomes = new(Running: 2);

        Assert.Equal(1, await SucceededAsync());
        Assert.Equal(1, await SucceededAsync());
        _app.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(2, await SucceededAsync());
        _app.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(2, await SucceededAsync());

        async Task<int> SucceededAsync() => (await _app.GetAsync(jobId)).Json().GetProperty("outcomes").GetProperty("succeeded").GetInt32();
    }

    [Fact]
    public async Task A_job_is_shown_although_outcomes_cannot_be_carried_over()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Outcomes = new(Running: 2);
        _app.Outcomes.Setup(outcomes => outcomes.ProjectAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("torn"));

        Assert.Equal(2, (await _app.GetAsync(jobId)).Json().GetProperty("outcomes").GetProperty("running").GetInt32());
    }

    [Fact]
    public async Task Jobs_and_runs_are_listed_newest_first()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Jobs["run-20260301-110000-000"] = JobActsTests.Run("run-20260301-110000-000") with { CreatedAt = JobsApp.Start.AddHours(-1) };

        var items = (await _app.ListAsync()).Json().GetProperty("items").EnumerateArray().ToList();

        Assert.Equal([jobId, "run-20260301-110000-000"], items.Select(item => item.GetProperty("jobId").GetString()));
        Assert.False(items[1].GetProperty("counts").TryGetProperty("pending", out _));
    }

    [Theory]
    [InlineData("?state=paused", "job")]
    [InlineData("?operation=retry", "job")]
    [InlineData("?operation=reprocess", "run")]
    [InlineData("?state=running&operation=reprocess", "run")]
    [InlineData("?state=paused&operation=reprocess", null)]
    public async Task Jobs_are_listed_by_state_and_operation(string query, string? found)
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = JobState.Paused };
        _app.Store.Jobs["run-20260301-110000-000"] = JobActsTests.Run("run-20260301-110000-000");

        var items = (await _app.ListAsync(query)).Json().GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(found ?? "", string.Join(' ', items.Select(item => item.GetProperty("jobId").GetString()![..3])));
    }

    [Theory]
    [InlineData("?state=stuck", "#/state", "paused")]
    [InlineData("?state=1", "#/state", "paused")]
    [InlineData("?operation=repeat", "#/operation", "retry")]
    public async Task A_state_or_operation_that_there_is_not_is_a_400_that_tells_which_there_are(string query, string member, string allowed)
    {
        var answer = await _app.ListAsync(query);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
        Assert.Equal(member, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Contains(allowed, answer.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_items_of_a_job_are_listed_by_state_with_what_became_of_them()
    {
        var jobId = await _app.StartedAsync();
        var items = _app.Store.Items[JobIds.KeyOf(jobId)];
        items["B"] = items["B"] with
        {
            State = ItemState.Failed, Reason = ItemReasons.RetriesExhausted, WorkflowId = "w-3", Attempts = 3, Outcome = BusinessOutcome.FailedSame,
        };

        var failed = (await _app.ItemsAsync(jobId, "?state=failed")).Json().GetProperty("items");

        Assert.Equal(
            """[{"id":"B","state":"failed","reason":"retries_exhausted","workflowId":"w-3","attempts":3,"outcome":"failed_same","group":"slow"}]""",
            failed.GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, (await _app.ItemsAsync(jobId, "?state=broken")).StatusCode);
    }

    [Theory]
    [InlineData("?from=2026-03-01T12:00:00Z&to=2026-03-02")]
    [InlineData("?from=2026-03-01T12:00:00+01:00")]
    [InlineData("")]
    public async Task Audit_events_are_listed(string query)
    {
        await _app.StartedAsync();

        var told = (await _app.AuditAsync(query)).Json().GetProperty("items")[1];

        Assert.Equal(("job.created", "ann (claimed)", "outage over"), (told.GetProperty("action").GetString(), told.GetProperty("actor").GetString(), told.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("?from=yesterday", "#/from")]
    [InlineData("?to=1", "#/to")]
    public async Task A_time_that_is_none_is_a_400(string query, string member)
    {
        var answer = await _app.AuditAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(member, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task Audit_events_are_narrowed_by_actor()
    {
        await _app.StartedAsync();

        Assert.Equal(0, (await _app.AuditAsync("?actor=bob")).Json().GetProperty("items").GetArrayLength());
    }
}
