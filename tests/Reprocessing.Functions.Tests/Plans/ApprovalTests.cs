using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Plans;

/// <summary>A plan above the threshold is applied when somebody else who is verified has approved it.</summary>
public sealed class ApprovalTests
{
    private readonly JobsApp _app = new(approvalThreshold: 2) { Settings = [FakeRequest.SignInIsOn], Principal = "ann@example.com" };

    [Fact]
    public async Task It_is_refused_until_another_has_approved_it()
    {
        var planId = await PlannedAsync();
        var early = await ApplyAsync(planId);
        var own = await _app.ApproveAsync(planId);
        (_app.Principal, _app.Role) = ("carol@example.com", "approver");
        var approved = await _app.ApproveAsync(planId);
        (_app.Principal, _app.Role) = ("dan@example.com", "approver");
        var again = await _app.ApproveAsync(planId);
        (_app.Principal, _app.Role) = ("ann@example.com", "operator");
        var applied = await ApplyAsync(planId);

        Assert.Equal((HttpStatusCode.Conflict, "approval_required"), (early.StatusCode, early.Json().GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.Forbidden, "self_approval"), (own.StatusCode, own.Json().GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        Assert.Equal("ready", approved.Json().GetProperty("state").GetString());
        Assert.Equal(approved.Text(), again.Text());
        Assert.Equal(new("carol@example.com", JobsApp.Start, "looked at"), _app.Store.Plans[planId].Approval);
        Assert.Equal("carol@example.com", (await _app.GetPlanAsync(planId)).Json().GetProperty("approval").GetProperty("by").GetString());
        Assert.Equal(HttpStatusCode.Accepted, applied.StatusCode);
        Assert.Equal(
            [("plan.created", "ann@example.com", null), ("plan.approved", "carol@example.com", "looked at"), ("job.created", "ann@example.com", "outage over")],
            _app.Store.Audit.Select(told => (told.Action, told.Actor, told.Reason)));
    }

    [Fact]
    public async Task Whoever_is_not_verified_neither_approves_nor_has_a_plan_approved()
    {
        _app.Settings = [];
        var planId = (await _app.PlanAsync(Bodies.Plan)).Json().GetProperty("planId").GetString()!;
        Assert.Equal("identity_not_verified", (await _app.ApproveAsync(planId)).Json().GetProperty("code").GetString());

        (_app.Settings, _app.Principal) = ([FakeRequest.SignInIsOn], "carol@example.com");
        var refused = await _app.ApproveAsync(planId);

        Assert.Equal("self_approval", refused.Json().GetProperty("code").GetString());
        Assert.Contains("ann (claimed)", refused.Json().GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(_app.Store.Plans[planId].Approval);
    }

    [Fact]
    public async Task A_plan_that_is_expired_applied_or_not_ready_cannot_be_approved()
    {
        var planId = await PlannedAsync();
        _app.Principal = "carol@example.com";
        _app.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal("plan_expired", (await _app.ApproveAsync(planId)).Json().GetProperty("code").GetString());
        _app.Store.Plans[planId] = _app.Store.Plans[planId] with { JobId = JobIds.Job(JobIds.KeyOf(planId)) };
        Assert.Equal("plan_applied", (await _app.ApproveAsync(planId)).Json().GetProperty("code").GetString());
        _app.Store.Plans[planId] = _app.Store.Plans[planId] with { JobId = null, Preparation = new(2), ExpiresAt = _app.Clock.Now.AddHours(1) };
        Assert.Equal("plan_not_ready", (await _app.ApproveAsync(planId)).Json().GetProperty("code").GetString());
        Assert.Equal("invalid_body", (await _app.ApproveAsync(planId, "{}")).Json().GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _app.ApproveAsync("plan-none")).StatusCode);
        Assert.Null(_app.Store.Plans[planId].Approval);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Up_to_the_threshold_nobody_has_to_approve(int threshold)
    {
        var app = new JobsApp(approvalThreshold: threshold);

        Assert.Equal(HttpStatusCode.Accepted, (await app.CreateAsync(Bodies.Apply(await app.PlannedAsync()))).StatusCode);
    }

    [Fact]
    public async Task What_is_planned_and_applied_in_one_request_needs_it_too_and_leaves_its_plan_to_be_approved()
    {
        var early = (await _app.CreateAsync(Anonymous(Bodies.Real))).Json();

        var planId = _app.Store.Plans.Keys.Single();
        Assert.Equal(("approval_required", $"/api/plans/{planId}"), (early.GetProperty("code").GetString(), early.GetProperty("links").GetProperty("plan").GetString()));
        Assert.Equal("awaiting_approval", (await _app.GetPlanAsync(planId)).Json().GetProperty("state").GetString());
        Assert.Empty(_app.Store.Jobs);
    }

    private static string Anonymous(string body) => body.Replace(",\"requestedBy\":\"ann\"", string.Empty, StringComparison.Ordinal);

    private async Task<string> PlannedAsync() => (await _app.PlanAsync(Anonymous(Bodies.Plan))).Json().GetProperty("planId").GetString()!;

    private Task<HttpResponseData> ApplyAsync(string planId) => _app.CreateAsync(Anonymous(Bodies.Apply(planId)));
}
