using Reprocessing.Functions.Plans;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Plans;

/// <summary>A selection that is too much for a request becomes a plan in the background, whatever dies meanwhile.</summary>
public sealed class PreparedPlanTests
{
    private const int Inline = 3;

    private readonly JobsApp _app = new(new() { PlanInlineItems = Inline });

    [Fact]
    public async Task It_is_there_at_once_and_cannot_be_applied_before_it_is_ready()
    {
        var whole = (await new JobsApp().PlanAsync(Bodies.Plan)).Json();

        var answer = await _app.PlanAsync(Bodies.Plan);
        var planId = answer.Json().GetProperty("planId").GetString()!;
        var early = await _app.CreateAsync(Bodies.Apply(planId));
        var next = await _app.PrepareAsync(new(planId));
        var half = (await _app.GetPlanAsync(planId)).Json();
        _app.Clock.Now += TimeSpan.FromMinutes(50);
        Assert.Null(await _app.PrepareAsync(next!));
        var ready = (await _app.GetPlanAsync(planId)).Json();

        Assert.Equal((HttpStatusCode.Accepted, $"/api/plans/{planId}", "preparing"), (answer.StatusCode, answer.Header("Location"), State(answer.Json())));
        Assert.Equal((nameof(PlanOrchestrator), planId), _app.Engine.Started.Select(start => (start.Name, start.Id)).Single());
        Assert.Equal((HttpStatusCode.Conflict, "plan_not_ready"), (early.StatusCode, early.Json().GetProperty("code").GetString()));
        Assert.Equal($"/api/plans/{planId}", early.Json().GetProperty("links").GetProperty("plan").GetString());
        Assert.Equal(("preparing", 2), (State(half), half.GetProperty("preparation").GetProperty("selected").GetInt32()));
        Assert.Equal(("ready", 3, 1), (State(ready), ready.GetProperty("count").GetInt32(), ready.GetProperty("ineligibleCount").GetInt32()));
        Assert.Equal(whole.GetProperty("hash").GetString(), ready.GetProperty("hash").GetString());
        Assert.Equal(whole.GetProperty("countByGroup").GetRawText(), ready.GetProperty("countByGroup").GetRawText());
        Assert.Equal(_app.Clock.Now.AddHours(1), ready.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Apply(planId))).StatusCode);
    }

    [Fact]
    public async Task Wherever_the_process_dies_the_call_is_made_again_and_makes_the_plan_whole()
    {
        foreach (var (step, after) in Enumerable.Range(1, 5).SelectMany(step => new[] { (step, false), (step, true) }))
        {
            var app = new JobsApp(new() { PlanInlineItems = Inline });
            var planId = await app.PlannedAsync();
            app.Process.Revive();
            (app.Process.DiesAt, app.Process.DiesAfter) = (step, after);
            var deaths = 0;
            for (var at = new PlanInput(planId); at is not null;)
            {
                try
                {
                    at = await app.PrepareAsync(at);
                }
                catch (ProcessDiedException)
                {
                    deaths++;
                    app.Process.Revive();
                }
            }

            var plan = app.Store.Plans[planId];
            Assert.Equal((1, 3, 4, null), (deaths, plan.Count, app.Store.Items[JobIds.KeyOf(planId)].Count, plan.Preparation));
            Assert.Single(app.Store.Audit, told => told.Action == "plan.created");
        }
    }

    [Fact]
    public async Task A_call_that_comes_late_leaves_a_plan_alone_that_is_ready()
    {
        var planId = await PreparedAsync();
        var ready = _app.Store.Plans[planId];
        _app.Retry.Found.Add(new("E", "5", ItemState.Pending));

        Assert.Null(await _app.PrepareAsync(new(planId)));
        Assert.Null(await _app.PrepareAsync(new(planId, Failure: "too late")));

        Assert.Equal(ready, _app.Store.Plans[planId]);
        Assert.Equal(4, _app.Store.Items[JobIds.KeyOf(planId)].Count);
    }

    [Fact]
    public async Task What_turns_out_to_be_too_large_fails_with_the_reason()
    {
        var app = new JobsApp(new() { PlanInlineItems = Inline, MaxItems = 4 });
        var planId = await app.PlannedAsync();
        app.Retry.Found.Add(new("E", "5", ItemState.Pending));
        for (PlanInput? at = new(planId); at is not null;)
        {
            at = await app.PrepareAsync(at);
        }

        var plan = (await app.GetPlanAsync(planId)).Json();
        Assert.Equal("failed", State(plan));
        Assert.StartsWith("selection_too_large: ", plan.GetProperty("preparation").GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal("plan_failed", (await app.CreateAsync(Bodies.Apply(planId))).Json().GetProperty("code").GetString());
        Assert.Empty(app.Store.Audit);
    }

    [Fact]
    public async Task The_same_request_again_is_answered_with_the_plan_and_starts_what_a_dead_process_has_not()
    {
        _app.Engine.FailsWith = new InvalidOperationException("no engine");
        Assert.Equal(HttpStatusCode.InternalServerError, (await _app.PlanAsync(Bodies.Plan, "k-1")).StatusCode);
        Assert.Empty(_app.Engine.Started);
        _app.Engine.FailsWith = null;

        var again = await _app.PlanAsync(Bodies.Plan, "k-1");
        await _app.PlanAsync(Bodies.Plan, "k-1");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(_app.Store.Plans.Keys.Single(), again.Json().GetProperty("planId").GetString());
        Assert.Single(_app.Engine.Started);
    }

    [Fact]
    public async Task A_preparation_that_was_ended_from_outside_is_told_of()
    {
        var planId = await _app.PlannedAsync();
        _app.Engine.Put(planId, OrchestrationRuntimeStatus.Terminated);

        Assert.Equal("failed", State((await _app.GetPlanAsync(planId)).Json()));
    }

    [Fact]
    public async Task Of_two_requests_with_one_key_the_plan_of_the_slower_one_fails()
    {
        HttpResponseData? other = null;
        _app.Store.OnBind = () => other = _app.PlanAsync(Bodies.Plan, "k-1").GetAwaiter().GetResult();

        var one = await _app.PlanAsync(Bodies.Plan, "k-1");

        var planId = one.Json().GetProperty("planId").GetString()!;
        Assert.Equal(planId, other!.Json().GetProperty("planId").GetString());
        Assert.Equal(planId, Assert.Single(_app.Engine.Started).Id);
        Assert.NotNull(_app.Store.Plans.Single(plan => plan.Key != planId).Value.Preparation!.Failure);
    }

    [Fact]
    public async Task A_job_that_names_a_large_selection_is_started_by_the_same_request_when_its_plan_is_ready()
    {
        var early = (await _app.CreateAsync(Bodies.Real, "k-1")).Json();
        var planId = _app.Store.Plans.Keys.Single();
        Assert.Equal(("plan_not_ready", $"/api/plans/{planId}"), (early.GetProperty("code").GetString(), early.GetProperty("links").GetProperty("plan").GetString()));
        await PrepareAsync(planId);

        var job = await _app.CreateAsync(Bodies.Real, "k-1");

        Assert.Equal(HttpStatusCode.Accepted, job.StatusCode);
        Assert.Equal(planId, Assert.Single(_app.Store.Jobs).Value.PlanId);
    }

    [Fact]
    public async Task Listed_ids_are_looked_up_once_each_without_those_that_are_left_out()
    {
        await _app.PlanAsync("""{"operation":"retry","selection":{"ids":["A","B","A","C"],"exclude":["C"]},"requestedBy":"ann"}""");

        Assert.Equal(["A", "B"], _app.Retry.Asked!.Ids!);
    }

    [Fact]
    public async Task A_page_that_keeps_failing_ends_the_preparation_and_the_history_begins_anew_every_twenty_pages()
    {
        List<PlanInput> calls = [];
        var harness = new OrchestrationHarness(new PlanInput("plan-1"))
            .WithInput<PlanInput>()
            .Activity<PlanInput, PlanInput?>(nameof(PreparePlan), at =>
            {
                calls.Add(at);
                return at.Failure is not null ? null
                    : at.Selected == 21 ? throw OrchestrationHarness.Failure("page", "no storage")
                    : at with { Cursor = "c", Selected = at.Selected + 1 };
            });

        await PlanOrchestrator.RunAsync(harness.Context);
        Assert.Equal(20, Assert.IsType<PlanInput>(harness.Continuation).Selected);
        harness.Input = harness.Continuation!;
        harness.Continuation = null;
        await PlanOrchestrator.RunAsync(harness.Context);

        Assert.Null(harness.Continuation);
        Assert.Equal((21, "no storage"), (calls[^1].Selected, calls[^1].Failure));
    }

    private static string? State(JsonElement plan) => plan.GetProperty("state").GetString();

    private async Task<string> PreparedAsync()
    {
        var planId = await _app.PlannedAsync();
        await PrepareAsync(planId);
        return planId;
    }

    private async Task PrepareAsync(string planId)
    {
        for (PlanInput? at = new(planId); at is not null;)
        {
            at = await _app.PrepareAsync(at);
        }
    }
}
