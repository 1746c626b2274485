using Reprocessing.Functions.Plans;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Plans;

public sealed class CreatePlanTests
{
    private readonly JobsApp _app = new();

    [Fact]
    public async Task A_plan_freezes_what_the_selection_finds_and_counts_it()
    {
        var answer = await _app.PlanAsync(Bodies.Plan);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var plan = answer.Json();
        var planId = plan.GetProperty("planId").GetString()!;
        Assert.Equal($"/api/plans/{planId}", answer.Header("Location"));
        Assert.Equal(("ready", 3, 1), (plan.GetProperty("state").GetString(), plan.GetProperty("count").GetInt32(), plan.GetProperty("ineligibleCount").GetInt32()));
        Assert.Equal("""{"slow":2,"torn":1}""", plan.GetProperty("countByGroup").GetRawText());
        Assert.Equal("""{"permanent_failure":1}""", plan.GetProperty("ineligibleByReason").GetRawText());
        Assert.Equal("""[{"id":"A","group":"slow","seen":"1"},{"id":"B","group":"slow","seen":"2"},{"id":"C","group":"torn","seen":"3"}]""", plan.GetProperty("sample").GetRawText());
        Assert.Equal(JobsApp.Start.AddHours(1), plan.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(3 * 3 * 15, plan.GetProperty("estimate").GetProperty("mostBackendActions").GetInt64());
        Assert.Equal(["A", "B", "C", "D"], _app.Store.Items[JobIds.KeyOf(planId)].Keys);
        Assert.Equal(("plan.created", "ann (claimed)", planId), _app.Store.Audit.Select(told => (told.Action, told.Actor, told.Target)).Single());
        Assert.Empty(_app.Engine.Started);
    }

    [Fact]
    public async Task A_plan_reads_the_same_afterwards()
    {
        var made = await _app.PlanAsync(Bodies.Plan);

        Assert.Equal(made.Text(), (await _app.GetPlanAsync(made.Json().GetProperty("planId").GetString()!)).Text());
    }

    [Theory]
    [InlineData("{}", "invalid_body", "#/operation")]
    [InlineData("""{"operation":"reprocess","selection":{"all":true},"requestedBy":"ann"}""", "invalid_body", "#/operation")]
    [InlineData("""{"operation":"retry","selection":{"all":true}}""", "invalid_body", "#/requestedBy")]
    [InlineData("""{"operation":"retry","selection":{"all":true},"requestedBy":" "}""", "invalid_body", "#/requestedBy")]
    [InlineData("""{"operation":"retry","selection":{"all":true},"requestedBy":"ann","expiresInMinutes":0}""", "invalid_body", "#/expiresInMinutes")]
    [InlineData("""{"operation":"retry","selection":{"all":true},"requestedBy":"ann","expiresInMinutes":10081}""", "invalid_body", "#/expiresInMinutes")]
    [InlineData("""{"operation":"retry","selection":{"all":true,"ids":["A"]},"requestedBy":"ann"}""", "invalid_body", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"ids":["A","b/c"]},"requestedBy":"ann"}""", "invalid_body", "#/selection/ids/1")]
    [InlineData("""{"operation":"retry","selection":{"ids":["A",null]},"requestedBy":"ann"}""", "invalid_body", "#/selection/ids/1")]
    [InlineData("""{"operation":"retry","selection":{"all":true,"exclude":[""]},"requestedBy":"ann"}""", "invalid_body", "#/selection/exclude/0")]
    [InlineData("""{"operation":"retry","selection":{"everything":true},"requestedBy":"ann"}""", "invalid_body", "#/selection/everything")]
    [InlineData("""{"operation":"retry","requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":null,"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"filter":""},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"filter":" "},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"filter":" ","ids":["A"]},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"ids":[],"all":true},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"ids":[]},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"all":false},"requestedBy":"ann"}""", "empty_selection", "#/selection")]
    [InlineData("""{"operation":"retry","selection":{"all":true},"options":5,"requestedBy":"ann"}""", "invalid_options", "#/options")]
    public async Task A_request_that_makes_no_sense_is_a_400_that_stores_nothing(string body, string code, string member)
    {
        var answer = await _app.PlanAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, answer.Json().GetProperty("code").GetString());
        Assert.Contains(member, answer.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
        Assert.Equal(0, _app.Process.Writes);
    }

    [Fact]
    public async Task What_the_selector_says_against_a_selection_is_answered_with_its_column()
    {
        _app.Retry.Fault = Problems.InvalidFilter("There is no field 'colour'.", 7, "#/selection/filter");

        var problem = (await _app.PlanAsync(Bodies.Plan)).Json();

        Assert.Equal("invalid_filter", problem.GetProperty("code").GetString());
        Assert.Equal(7, problem.GetProperty("errors")[0].GetProperty("column").GetInt32());
        Assert.Equal(0, _app.Process.Writes);
    }

    [Fact]
    public async Task More_items_than_one_job_takes_are_refused_and_make_no_plan()
    {
        var app = new JobsApp(new() { MaxItems = 3 });

        var answer = await app.PlanAsync(Bodies.Plan);

        Assert.Equal((HttpStatusCode.BadRequest, "selection_too_large"), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
        Assert.Empty(app.Store.Plans);
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_answered_with_the_same_plan()
    {
        var first = await _app.PlanAsync(Bodies.Plan, "\"k-1\"");
        _app.Retry.Found.RemoveAt(0);

        var again = await _app.PlanAsync(Bodies.Plan, "k-1");

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(first.Text(), again.Text());
        Assert.Equal(1, _app.Retry.Selections);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_a_422()
    {
        await _app.PlanAsync(Bodies.Plan, "k-1");

        var other = await _app.PlanAsync(Bodies.Plan.Replace("timeout", "network", StringComparison.Ordinal), "k-1");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal("idempotency_key_reused", other.Json().GetProperty("code").GetString());
        Assert.Single(_app.Store.Plans);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("with space")]
    [InlineData("naïve")]
    public async Task A_key_of_other_than_visible_characters_is_a_400(string key)
    {
        var answer = await _app.PlanAsync(Bodies.Plan, key);

        Assert.Equal(("invalid_parameter", 0), (answer.Json().GetProperty("code").GetString(), _app.Process.Writes));
    }

    [Fact]
    public async Task Of_two_that_use_a_key_at_once_both_are_answered_with_the_plan_of_the_first_to_bind_it()
    {
        HttpResponseData? other = null;
        _app.Store.OnBind = () => other = _app.PlanAsync(Bodies.Plan, "k-1").GetAwaiter().GetResult();

        var one = await _app.PlanAsync(Bodies.Plan, "k-1");

        Assert.Equal(one.Text(), other?.Text());
    }

    [Fact]
    public async Task Wherever_the_process_dies_the_repeat_makes_one_whole_plan_of_what_is_there_then()
    {
        await _app.PlanAsync(Bodies.Plan, "count");
        var writes = _app.Process.Writes;
        foreach (var (step, after) in Enumerable.Range(1, writes).SelectMany(step => new[] { (step, false), (step, true) }))
        {
            var app = new JobsApp { Process = { DiesAt = step, DiesAfter = after } };
            await app.PlanAsync(Bodies.Plan, "k-1");
            app.Process.Revive();
            app.Retry.Found.RemoveAt(0);

            var repeat = (await app.PlanAsync(Bodies.Plan, "k-1")).Json();

            var planId = repeat.GetProperty("planId").GetString()!;
            var stored = app.Store.Items[JobIds.KeyOf(planId)].Values;
            Assert.Equal(stored.Count(item => item.IsEligible), repeat.GetProperty("count").GetInt32());
            Assert.Equal(stored.Count, app.Store.Plans[planId].Count + 1);
            Assert.Equal(repeat.GetRawText(), (await app.PlanAsync(Bodies.Plan, "k-1")).Text());
        }
    }

    [Fact]
    public async Task A_plan_becomes_expired_or_applied()
    {
        var planId = await _app.PlannedAsync();
        _app.Clock.Now = JobsApp.Start.AddMinutes(60);
        Assert.Equal("expired", (await _app.GetPlanAsync(planId)).Json().GetProperty("state").GetString());

        _app.Clock.Now = JobsApp.Start;
        await _app.CreateAsync(Bodies.Apply(planId));
        var applied = (await _app.ListPlansAsync()).Json().GetProperty("items")[0];
        Assert.Equal(("applied", JobIds.Job(JobIds.KeyOf(planId))), (applied.GetProperty("state").GetString(), applied.GetProperty("jobId").GetString()));
    }

    [Fact]
    public async Task The_items_of_a_plan_are_listed_by_state()
    {
        var planId = await _app.PlannedAsync();

        var skipped = (await _app.PlanItemsAsync(planId, "?state=skipped")).Json().GetProperty("items");

        Assert.Equal(4, (await _app.PlanItemsAsync(planId)).Json().GetProperty("items").GetArrayLength());
        Assert.Equal(("D", "permanent_failure", false), skipped.EnumerateArray().Select(item => (item.GetProperty("id").GetString(), item.GetProperty("reason").GetString(), item.GetProperty("eligible").GetBoolean())).Single());
        Assert.Equal("invalid_parameter", (await _app.PlanItemsAsync(planId, "?state=lost")).Json().GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_plan_that_is_not_there_is_a_404_even_under_the_id_of_its_job()
    {
        var jobId = await _app.StartedAsync();

        foreach (var id in new[] { "plan-x", jobId, JobIds.KeyOf(jobId), "plan-a#b" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _app.GetPlanAsync(id)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await _app.PlanItemsAsync(id)).StatusCode);
        }
    }

    [Fact]
    public async Task A_hash_tells_selections_apart_and_not_the_order_in_which_they_came()
    {
        var (a, b) = (new JobItem("A", "1", ItemState.Pending), new JobItem("B", "2", ItemState.Pending));

        Assert.Equal(await HashAsync(a, b), await HashAsync(b, a));
        Assert.Equal(64, (await HashAsync(a)).Length);
        Assert.Equal(4, (await Task.WhenAll(HashAsync(), HashAsync(a), HashAsync(a, a), HashAsync(a with { ExpectedVersion = "2" }))).Distinct().Count());
    }

    private static async Task<string> HashAsync(params JobItem[] items) => (await PlanCounts.OfAsync(items.ToAsyncEnumerable())).Hash;
}
