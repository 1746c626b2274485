namespace Reprocessing.Functions.Tests.Jobs.Requests;

public sealed class CreateJobTests
{
    private readonly JobsApp _app = new();

    [Fact]
    public async Task Applying_a_plan_stores_the_job_and_starts_its_orchestration()
    {
        var planId = await _app.PlannedAsync();

        var answer = await _app.CreateAsync(Bodies.Apply(
            planId, ""","pace":{"parallelism":8,"itemsPerSecond":2.5},"ramp":[1,5],"failureThreshold":0.1,"waitForOutcome":true"""));

        var jobId = JobIds.Job(JobIds.KeyOf(planId));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal($"/api/jobs/{jobId}", answer.Header("Location"));
        Assert.Equal(answer.Header("Location"), answer.Header("Operation-Location"));
        Assert.Equal("1", answer.Header("Retry-After"));
        var started = answer.Json();
        Assert.Equal(
            (jobId, planId, jobId),
            (started.GetProperty("jobId").GetString(), started.GetProperty("planId").GetString(), started.GetProperty("instanceId").GetString()));
        var job = Assert.Single(_app.Store.Jobs).Value;
        Assert.Equal((JobState.Pending, "outage over", "ann (claimed)", 3), (job.State, job.Reason, job.RequestedBy, job.TotalItems));
        Assert.Equal(new JobControl(1, DesiredState.Run, new Pace(8, 2.5)), job.Control);
        Assert.Equal([1, 5], job.Ramp!);
        Assert.Equal((0.1, true), (job.FailureThreshold, job.WaitForOutcome));
        Assert.Equal(jobId, _app.Store.Plans[planId].JobId);
        Assert.Equal(("JobOrchestrator", jobId), Assert.Single(_app.Engine.Started.Select(start => (start.Name, start.Id))));
        _app.Engine.Mock.Verify(client => client.ScheduleNewOrchestrationInstanceAsync(
            It.IsAny<TaskName>(),
            It.IsAny<object?>(),
            It.Is<StartOrchestrationOptions?>(once => StartOrchestrationOptionsExtensions.ValidDedupeStatuses.All(
                status => once!.DedupeStatuses!.Contains(status.ToString()))),
            It.IsAny<CancellationToken>()));
        Assert.Equal(["plan.created", "job.created"], _app.Store.Audit.Select(told => told.Action));
        Assert.Equal("outage over", _app.Store.Audit[1].Reason);
    }

    [Fact]
    public async Task Without_a_plan_nothing_is_done_unless_it_is_said_to_be_no_dry_run()
    {
        var dry = await _app.CreateAsync(Bodies.Dry);

        Assert.Equal(HttpStatusCode.Created, dry.StatusCode);
        var planId = dry.Json().GetProperty("planId").GetString()!;
        Assert.Equal($"/api/plans/{planId}", dry.Header("Location"));
        Assert.Equal(3, dry.Json().GetProperty("count").GetInt32());
        Assert.Empty(_app.Store.Jobs);
        Assert.Empty(_app.Engine.Started);

        var real = await _app.CreateAsync(Bodies.Real);

        Assert.Equal(HttpStatusCode.Accepted, real.StatusCode);
        Assert.NotEqual(planId, real.Json().GetProperty("planId").GetString());
        Assert.Single(_app.Engine.Started);
    }

    [Theory]
    [InlineData("", 2, 1_110, 3, 135)] // One turn of three attempts of 310 s, with pauses of 60 and 120 s.
    [InlineData("\"pace\":{\"itemsPerSecond\":0.5},", 6, 1_116, 3, 135)]
    [InlineData("\"ramp\":[1],\"pace\":{\"parallelism\":1},", 6, 3_150, 3, 135)]
    [InlineData("\"waitForOutcome\":false,", 0.1, 0.3, 3, 45)]
    [InlineData("\"waitForOutcome\":false,\"ramp\":[1],", 2.1, 1_110.2, 3, 135)]
    public async Task A_dry_runs_estimate_goes_by_pace_ramp_retries_and_what_is_waited_for(string course, double least, double most, long leastActions, long mostActions)
    {
        var answer = await _app.CreateAsync(Bodies.Dry.Replace("{\"operation\"", $"{{{course}\"operation\"", StringComparison.Ordinal));

        var estimate = answer.Json().GetProperty("estimate");
        Assert.Equal((least, most), (estimate.GetProperty("leastSeconds").GetDouble(), estimate.GetProperty("mostSeconds").GetDouble()));
        Assert.Equal((leastActions, mostActions), (estimate.GetProperty("leastBackendActions").GetInt64(), estimate.GetProperty("mostBackendActions").GetInt64()));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"waitForOutcome\":false", false)]
    public async Task A_retry_waits_for_the_outcomes_of_its_orders_unless_it_is_told_not_to(string more, bool waits)
    {
        await _app.CreateAsync(Bodies.Apply(await _app.PlannedAsync(), more));

        Assert.Equal(waits, Assert.Single(_app.Store.Jobs.Values).WaitForOutcome);
    }

    [Fact]
    public async Task What_a_job_has_left_can_be_planned_again()
    {
        var jobId = await _app.StartedAsync();
        var items = _app.Store.Items[JobIds.KeyOf(jobId)];
        (items["A"], items["B"]) = (items["A"] with { State = ItemState.Succeeded }, items["B"] with { State = ItemState.Failed });

        var plan = (await _app.PlanAsync($$"""{"operation":"retry","selection":{"fromJob":"{{jobId}}"},"requestedBy":"ann"}""")).Json();

        Assert.Equal($"from job {jobId}, state pending or failed", plan.GetProperty("selection").GetString());
        Assert.Equal(["C", "B"], _app.Retry.Asked!.Ids!);
        var failed = await _app.PlanAsync($$"""{"operation":"retry","selection":{"fromJob":"{{jobId}}","states":["failed"]},"requestedBy":"ann"}""");
        Assert.Equal((HttpStatusCode.Created, "B"), (failed.StatusCode, Assert.Single(_app.Retry.Asked!.Ids!)));
        Assert.Equal("not_found", Code(await _app.PlanAsync("""{"operation":"retry","selection":{"fromJob":"job-20260301-120000-000-none"},"requestedBy":"ann"}""")));
    }

    [Theory]
    [InlineData("\"fromJob\":\"plan-1\"", "#/selection/fromJob")]
    [InlineData("\"fromJob\":\"job-1\",\"all\":true", "#/selection")]
    [InlineData("\"all\":true,\"states\":[\"failed\"]", "#/selection/states")]
    [InlineData("\"fromJob\":\"job-1\",\"states\":[]", "#/selection/states")]
    public async Task What_a_job_has_left_is_said_by_its_id_and_alone(string selection, string member)
    {
        var answer = await _app.PlanAsync($$"""{"operation":"retry","selection":{{{selection}}},"requestedBy":"ann"}""");

        Assert.Equal((HttpStatusCode.BadRequest, member), (answer.StatusCode, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData("""{"planId":"plan-1","requestedBy":"ann"}""", "#/reason")]
    [InlineData("""{"planId":"plan-1","reason":" ","requestedBy":"ann"}""", "#/reason")]
    [InlineData("""{"planId":"plan-1","reason":"r"}""", "#/requestedBy")]
    [InlineData("""{"operation":"retry","selection":{"all":true},"requestedBy":"ann"}""", "#/reason")]
    [InlineData("""{"planId":"plan-1","operation":"retry","reason":"r","requestedBy":"ann"}""", "#/operation")]
    [InlineData("""{"planId":"plan-1","selection":{"all":true},"reason":"r","requestedBy":"ann"}""", "#/selection")]
    [InlineData("""{"planId":"plan-1","options":{},"reason":"r","requestedBy":"ann"}""", "#/options")]
    [InlineData("""{"planId":"plan-1","dryRun":true,"reason":"r","requestedBy":"ann"}""", "#/dryRun")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"parallelism":0}}""", "#/pace/parallelism")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"parallelism":101}}""", "#/pace/parallelism")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"itemsPerSecond":-1}}""", "#/pace/itemsPerSecond")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"itemsPerSecond":0.001}}""", "#/pace/itemsPerSecond")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"itemsPerSecond":10001}}""", "#/pace/itemsPerSecond")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","pace":{"speed":1}}""", "#/pace/speed")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","ramp":[]}""", "#/ramp")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","ramp":[1,0]}""", "#/ramp/1")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","ramp":[1.5]}""", "#/ramp/0")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","failureThreshold":1.1}""", "#/failureThreshold")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","failureThreshold":-0.1}""", "#/failureThreshold")]
    [InlineData("""{"planId":"plan-1","reason":"r","requestedBy":"ann","confirm":{}}""", "#/confirm")]
    public async Task A_request_that_makes_no_sense_is_a_400_that_stores_nothing(string body, string member)
    {
        var answer = await _app.CreateAsync(body);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_body"), (answer.StatusCode, Code(answer)));
        Assert.Contains(member, answer.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
        Assert.Equal(0, _app.Process.Writes);
    }

    [Fact]
    public async Task A_selection_of_nothing_is_refused_as_it_is_for_a_plan()
    {
        var answer = await _app.CreateAsync("""{"operation":"retry","selection":{"filter":""},"reason":"r","requestedBy":"ann","dryRun":false}""");

        Assert.Equal("empty_selection", Code(answer));
    }

    [Theory]
    [InlineData("plan-20260301-120000-000-none")]
    [InlineData("job-20260301-120000-000-none")]
    [InlineData("")]
    public async Task A_plan_that_is_not_there_is_a_404(string planId) =>
        Assert.Equal("not_found", Code(await _app.CreateAsync(Bodies.Apply(planId))));

    [Fact]
    public async Task A_plan_that_has_expired_is_a_410_and_nothing_is_changed()
    {
        var planId = await _app.PlannedAsync();
        _app.Clock.Now += TimeSpan.FromHours(1);

        var answer = await _app.CreateAsync(Bodies.Apply(planId));

        Assert.Equal((HttpStatusCode.Gone, "plan_expired"), (answer.StatusCode, Code(answer)));
        Assert.Empty(_app.Store.Jobs);
    }

    [Fact]
    public async Task A_plan_without_an_eligible_item_is_a_409_that_tells_why()
    {
        _app.Retry.Found.RemoveAll(item => item.IsEligible);

        var answer = await _app.CreateAsync(Bodies.Real, "k");

        Assert.Equal((HttpStatusCode.Conflict, "nothing_to_do"), (answer.StatusCode, Code(answer)));
        Assert.Contains("permanent_failure 1", answer.Json().GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_app.Store.Jobs);
    }

    [Fact]
    public async Task A_plan_is_applied_once_and_the_second_is_told_by_whom()
    {
        var planId = await _app.PlannedAsync();
        var jobId = (await _app.CreateAsync(Bodies.Apply(planId))).Json().GetProperty("jobId").GetString();

        var second = await _app.CreateAsync(Bodies.Apply(planId));
        var third = await _app.CreateAsync(Bodies.Apply(planId), "somebody-elses-key");

        Assert.Equal((HttpStatusCode.Conflict, "plan_applied"), (second.StatusCode, Code(second)));
        Assert.Equal($"/api/jobs/{jobId}", second.Json().GetProperty("links").GetProperty("job").GetString());
        Assert.Equal("plan_applied", Code(third));
        Assert.Single(_app.Engine.Started);
        Assert.Single(_app.Store.Audit, told => told.Action == "job.created");
    }

    [Fact]
    public async Task Of_two_that_apply_a_plan_at_once_the_loser_is_told_whose_job_it_is()
    {
        var planId = await _app.PlannedAsync();
        HttpResponseData? other = null;
        _app.Store.OnBind = () => other = _app.CreateAsync(Bodies.Apply(planId)).GetAwaiter().GetResult();

        var lost = await _app.CreateAsync(Bodies.Apply(planId), "k-1");

        var jobId = other!.Json().GetProperty("jobId").GetString()!;
        Assert.Equal((HttpStatusCode.Conflict, "plan_applied"), (lost.StatusCode, Code(lost)));
        Assert.Contains($"is worked on by the job '{jobId}'", lost.Json().GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal($"/api/jobs/{jobId}", lost.Json().GetProperty("links").GetProperty("job").GetString());
    }

    [Fact]
    public async Task A_job_that_was_stored_and_not_started_is_started_by_a_second_apply()
    {
        var planId = await _app.PlannedAsync();
        _app.Engine.FailsWith = new TimeoutException("no engine");
        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Apply(planId))).StatusCode);
        Assert.Empty(_app.Engine.Started);
        _app.Engine.FailsWith = null;

        Assert.Equal("plan_applied", Code(await _app.CreateAsync(Bodies.Apply(planId))));

        Assert.Single(_app.Engine.Started);
    }

    [Fact]
    public async Task A_job_that_was_stored_and_not_started_is_started_by_the_timer_once()
    {
        _app.Engine.FailsWith = new TimeoutException("no engine");
        await _app.StartedAsync();
        _app.Engine.FailsWith = null;

        await _app.CheckOpenAsync();
        Assert.Empty(_app.Engine.Started);
        _app.Clock.Now += TimeSpan.FromMinutes(1);
        await _app.CheckOpenAsync();
        await _app.CheckOpenAsync();

        Assert.Single(_app.Engine.Started);
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_answered_with_the_same_job()
    {
        var first = await _app.CreateAsync(Bodies.Real, "k-1");
        _app.Clock.Now += TimeSpan.FromHours(2);

        var again = await _app.CreateAsync(Bodies.Real, "\"k-1\"");

        Assert.Equal((HttpStatusCode.Accepted, first.Text()), (again.StatusCode, again.Text()));
        Assert.Single(_app.Store.Plans);
        Assert.Single(_app.Engine.Started);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_a_422()
    {
        await _app.CreateAsync(Bodies.Real, "k-1");

        foreach (var other in new[] { Bodies.Dry, Bodies.Real.Replace("over", "again", StringComparison.Ordinal), Bodies.Apply(await _app.PlannedAsync()) })
        {
            var answer = await _app.CreateAsync(other, "k-1");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (answer.StatusCode, Code(answer)));
        }

        Assert.Single(_app.Store.Jobs);
    }

    [Fact]
    public async Task A_request_that_was_refused_leaves_its_key_free_for_the_right_one()
    {
        Assert.Equal("not_found", Code(await _app.CreateAsync(Bodies.Apply("plan-none"), "k-1")));

        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Apply(await _app.PlannedAsync()), "k-1")).StatusCode);
    }

    [Fact]
    public async Task Of_two_that_use_a_key_at_once_both_are_answered_with_one_job()
    {
        HttpResponseData? other = null;
        _app.Store.OnBind = () => other = _app.CreateAsync(Bodies.Real, "k-1").GetAwaiter().GetResult();

        var one = await _app.CreateAsync(Bodies.Real, "k-1");

        Assert.Equal(one.Text(), other?.Text());
        Assert.Single(_app.Engine.Started);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wherever_the_process_dies_the_repeat_makes_one_job_and_starts_it_once(bool isPlanned)
    {
        for (var step = 1; ; step++)
        {
            var counted = 0;
            foreach (var after in new[] { false, true })
            {
                var app = new JobsApp();
                var body = isPlanned ? Bodies.Apply(await app.PlannedAsync()) : Bodies.Real;
                app.Process.Revive();
                (app.Process.DiesAt, app.Process.DiesAfter) = (step, after);
                await app.CreateAsync(body, "k-1");
                counted = app.Process.Writes;
                app.Process.Revive();

                var answer = await app.CreateAsync(body, "k-1");

                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                var job = Assert.Single(app.Store.Jobs).Value;
                Assert.Equal(job.JobId, answer.Json().GetProperty("jobId").GetString());
                Assert.Equal(job.JobId, Assert.Single(app.Engine.Started).Id);
                Assert.Single(app.Store.Audit, told => told.Action == "job.created");
                Assert.Contains(app.Store.Audit, told => told.Action == "plan.created" && told.Target == job.PlanId);
                Assert.Equal(3, app.Store.Items[JobIds.KeyOf(job.JobId)].Values.Count(item => item.State == ItemState.Pending));
            }

            if (counted < step)
            {
                Assert.True(step > 3);
                return;
            }
        }
    }

    [Fact]
    public async Task A_start_whose_answer_got_lost_is_answered_and_not_made_twice()
    {
        _app.Engine.LosesAnswers = true;

        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Real, "k-1")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Real, "k-1")).StatusCode);

        Assert.Single(_app.Engine.Started);
    }

    [Fact]
    public async Task A_job_that_has_ended_is_not_started_again()
    {
        var first = await _app.CreateAsync(Bodies.Real, "k-1");
        var job = _app.Store.Jobs.Values.Single();
        _app.Engine.Put(job.JobId, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);

        await _app.CreateAsync(Bodies.Real, "k-1");
        _app.Store.Jobs[job.JobId] = job with { State = JobState.Succeeded };
        var again = await _app.CreateAsync(Bodies.Real, "k-1");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal("succeeded", again.Json().GetProperty("state").GetString());
        Assert.Single(_app.Engine.Started);
        Assert.Equal(first.Header("Location"), again.Header("Location"));
    }

    [Theory]
    [InlineData("""{"maxRetries":5,"retryStrategy":"fixed","timeoutPerItemSeconds":9,"force":true}""", ""","waitForOutcome":false""", "maxRetries retryStrategy timeoutPerItemSeconds")]
    [InlineData("""{"maxRetries":5}""", "", "")]
    [InlineData("""{"maxRetries":5}""", ""","waitForOutcome":false,"ramp":[1,5]""", "")]
    [InlineData("""{"maxRetries":5}""", ""","waitForOutcome":true""", "")]
    [InlineData("""{"maxRetries":5}""", ""","waitForOutcome":false""", "maxRetries")]
    [InlineData("""{"force":true}""", "", "")]
    public async Task Options_that_have_no_effect_in_such_a_job_are_told_of_by_the_dry_run_and_the_job(string options, string more, string idle)
    {
        foreach (var (body, status) in new[] { (Bodies.Dry, HttpStatusCode.Created), (Bodies.Real, HttpStatusCode.Accepted) })
        {
            var answer = await _app.CreateAsync($$"""{{body[..^1]}},"options":{{options}}{{more}}}""");

            Assert.Equal(status, answer.StatusCode);
            var warnings = answer.Json().TryGetProperty("warnings", out var said) ? said.EnumerateArray().Select(one => one.GetString()!) : [];
            Assert.Equal(idle, string.Join(' ', warnings.Select(warning => warning.Split('\'')[1])));
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","confirm":4""", false)]
    [InlineData(""","confirm":"retry" """, false)]
    [InlineData(""","confirm":3""", true)]
    [InlineData(""","confirm":"3" """, true)]
    [InlineData(""","confirm":"purge" """, true)]
    public async Task A_purge_has_to_be_confirmed_by_the_number_of_its_items_or_its_name(string confirm, bool isMade)
    {
        var planId = await _app.PlannedAsync(Bodies.Plan.Replace("retry", "purge", StringComparison.Ordinal));

        var answer = await _app.CreateAsync(Bodies.Apply(planId, confirm), "k-1");

        Assert.Equal(isMade ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(isMade ? 1 : 0, _app.Store.Jobs.Count);
        Assert.True(isMade || Code(answer) == "confirmation_required");
    }

    private static string? Code(HttpResponseData answer) => answer.Json().GetProperty("code").GetString();
}
