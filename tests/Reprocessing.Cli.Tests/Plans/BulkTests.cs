namespace Reprocessing.Cli.Tests.Plans;

/// <summary>Whatever is done to many is planned and shown first, and done only when that is confirmed.</summary>
public sealed class BulkTests
{
    [Fact]
    public async Task A_dry_run_makes_the_plan_and_stops()
    {
        using var cli = Planned(Responses.Plan());

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "retry", "--filter", "errorType = timeout", "--dry-run"));
        Assert.Equal(["POST /api/plans"], cli.Network.Lines);
        foreach (var shown in new[] { Responses.PlanId, "0a1b2c", "3f2a 3", "order-1", "2 s to 18 min 30 s" })
        {
            Assert.Contains(shown, cli.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_large_plan_is_waited_for_with_its_progress_and_then_applied()
    {
        using var cli = Planned(Preparing());
        cli.Network.Get($"/api/plans/{Responses.PlanId}", Preparing(1_500), Responses.Plan(count: 2_500));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "retry", "--all", "--yes", "--reason", "Because."));

        Assert.Equal(["POST /api/plans", $"GET /api/plans/{Responses.PlanId}", $"GET /api/plans/{Responses.PlanId}", "POST /api/jobs"], cli.Network.Lines.Take(4));
        Assert.Contains($"reprocess plan show {Responses.PlanId}", cli.Error, StringComparison.Ordinal);
        Assert.Contains("1,500 items selected", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_prepared_ends_with_the_reason()
    {
        using var cli = Planned(Preparing());
        cli.Network.Get($"/api/plans/{Responses.PlanId}", Preparing(failure: "selection_too_large: narrow it").Replace("preparing", "failed", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("dlq", "retry", "--all", "--dry-run"));
        Assert.Contains("selection_too_large: narrow it", cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Out);
    }

    [Fact]
    public async Task A_plan_that_waits_for_an_approval_is_not_asked_about_and_refused_by_the_app()
    {
        using var cli = new CliRun { IsTerminal = true, Input = "y\n" };
        cli.Network.Get($"/api/plans/{Responses.PlanId}", Responses.Plan().Replace("\"ready\"", "\"awaiting_approval\"", StringComparison.Ordinal));
        cli.Network.On("POST", "/api/jobs", ScriptedNetwork.Problem(HttpStatusCode.Conflict, "approval_required"));

        Assert.Equal(ExitCode.Refused, await cli.RunAsync("apply", Responses.PlanId, "--reason", "Because."));
        Assert.Contains("code: approval_required", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Retry 3 items?", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_approved_with_a_reason()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", $"/api/plans/{Responses.PlanId}/approve", ScriptedNetwork.Json(Responses.Plan(further: ",\"approval\":{\"by\":\"carol\"}")));

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("plan", "approve", Responses.PlanId));
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("plan", "approve", Responses.PlanId, "--reason", "Looked at."));

        Assert.Equal("""{"reason":"Looked at."}""", Assert.Single(cli.Network.Sent).Body);
        Assert.Contains("carol", cli.Out, StringComparison.Ordinal);
    }

    private static string Preparing(int selected = 0, string? failure = null) => Responses.Plan(
            count: 0,
            further: $",\"preparation\":{{\"selected\":{selected}{(failure is null ? string.Empty : $",\"failure\":\"{failure}\"")}}}")
        .Replace("\"ready\"", "\"preparing\"", StringComparison.Ordinal);

    [Fact]
    public async Task A_dry_run_as_json_is_the_plan_whole()
    {
        using var cli = Planned(Responses.Plan());

        await cli.RunAsync("dlq", "retry", "--all", "-n", "-o", "json");

        Assert.Equal("0a1b2c", JsonElement.Parse(cli.Out).GetProperty("hash").GetString());
    }

    [Theory]
    [InlineData("retry", "dlq", "retry", "--all")]
    [InlineData("retry", "orders", "retry", "order-1", "order-2")]
    [InlineData("resolve", "dlq", "resolve", "--all", "--as", "escalated")]
    [InlineData("purge", "dlq", "purge", "--all", "--force")]
    [InlineData("reset", "reset", "order-fulfillment-1", "--type", "LastWorkflowTask")]
    public async Task Nothing_is_done_where_nobody_can_be_asked(string operation, params string[] args)
    {
        using var cli = Planned(Responses.Plan(operation));

        Assert.Equal(ExitCode.Refused, await cli.RunAsync([.. args, "--reason", "Because."]));
        Assert.Equal(["POST /api/plans"], cli.Network.Lines);
        Assert.Equal(operation, cli.Network.Sent[0].Json.GetProperty("operation").GetString());
        Assert.Contains($"reprocess apply {Responses.PlanId} --yes", cli.Error, StringComparison.Ordinal);
        Assert.Contains("0a1b2c", cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Out);
    }

    [Theory]
    [InlineData("retry", "y", true)]
    [InlineData("retry", "", false)]
    [InlineData("retry", "3", false)]
    [InlineData("purge", "3", true)]
    [InlineData("purge", "y", false)]
    [InlineData("purge", "4", false)]
    public async Task Somebody_before_a_terminal_is_asked(string operation, string typed, bool isDone)
    {
        using var cli = Planned(Responses.Plan(operation), new CliRun { IsTerminal = true, Input = $"{typed}\n" });

        var exitCode = await cli.RunAsync("dlq", operation, "--all", "--reason", "Because.");

        Assert.Equal(isDone ? ExitCode.Ok : ExitCode.Refused, exitCode);
        Assert.Equal(isDone, cli.Network.Lines.Contains("POST /api/jobs"));
    }

    [Fact]
    public async Task Ctrl_C_at_the_question_is_a_no()
    {
        using var typing = new BlockedReader();
        using var cli = Planned(Responses.Plan(), new CliRun { IsTerminal = true, Typing = typing });
        var asked = cli.RunAsync("dlq", "retry", "--all", "--reason", "Because.");
        await typing.Asked;

        cli.PressCtrlC();

        Assert.Equal(ExitCode.Interrupted, await asked);
        Assert.Equal(["POST /api/plans"], cli.Network.Lines);
    }

    [Fact]
    public async Task A_purge_is_confirmed_by_the_number_that_was_shown()
    {
        using var cli = Planned(Responses.Plan("purge", count: 17));

        await cli.RunAsync("dlq", "purge", "--filter", "resolution = cancelled", "--reason", "Old.", "--yes");

        Assert.Equal("purge", cli.Network.Sent[0].Json.GetProperty("options").GetProperty("confirm").GetString());
        Assert.Equal(17, cli.Network.Sent[1].Json.GetProperty("confirm").GetInt32());
    }

    [Fact]
    public async Task Cancelling_many_orders_is_as_severe_as_a_purge()
    {
        using var cli = Planned(Responses.Plan("resolve", further: ""","options":{"resolution":"cancelled"}"""), new CliRun { IsTerminal = true, Input = "y\n" });

        Assert.Equal(ExitCode.Refused, await cli.RunAsync("dlq", "resolve", "--all", "--as", "cancelled", "--reason", "Because."));
        Assert.Contains("Type 3 to resolve 3 items", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_matches_is_no_success()
    {
        using var cli = Planned(Responses.Plan(count: 0).Replace(
            "\"ineligibleCount\":0,\"ineligibleByReason\":{}", "\"ineligibleCount\":2,\"ineligibleByReason\":{\"permanent_failure\":2}", StringComparison.Ordinal));

        Assert.Equal(ExitCode.NothingMatched, await cli.RunAsync("dlq", "retry", "--all", "--reason", "Because.", "--yes"));
        Assert.Equal(["POST /api/plans"], cli.Network.Lines);
        Assert.Contains("permanent_failure 2", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_was_applied_or_has_expired_is_asked_of_nobody()
    {
        using var cli = new CliRun { IsTerminal = true };
        cli.Network.Get($"/api/plans/{Responses.PlanId}", Responses.Plan().Replace("ready", "expired", StringComparison.Ordinal))
            .On("POST", "/api/jobs", ScriptedNetwork.Problem(HttpStatusCode.Gone, "plan_expired"));

        Assert.Equal(ExitCode.Conflict, await cli.RunAsync("apply", Responses.PlanId, "--reason", "Because."));
        Assert.DoesNotContain("[y/N]", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--wait-for-outcome=false")]
    [InlineData(false, "--wait-for-outcome")]
    [InlineData(false, "--wait-for-outcome", "false", "--ramp", "1,5")]
    public async Task Options_that_have_no_effect_are_told_of(bool isTold, params string[] further)
    {
        using var cli = Planned(Responses.Plan(further: ""","options":{"maxRetries":5}"""));

        await cli.RunAsync(["dlq", "retry", "--all", "--max-retries", "5", "--reason", "Because.", "--yes", .. further]);

        Assert.Equal(isTold, cli.Error.Contains("have no effect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dlq", "retry", "--all")]
    [InlineData("dlq", "retry", "--all", "--reason", " ")]
    [InlineData("dlq", "retry", "--reason", "x")]
    [InlineData("dlq", "retry", "--all", "--filter", "age > 1d", "--reason", "x")]
    [InlineData("dlq", "retry", "--all", "order-1", "--reason", "x")]
    [InlineData("dlq", "retry", "order-1", "--reason", "x", "--dryrun", "--yes")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--yes", "--exclude", "order-1", "--dryrun")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--ramp", "1,x")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--ramp", "0")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--strategy", "sometimes")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--timeout", "5m")]
    [InlineData("dlq", "retry", "--all", "--reason", "x", "--wait", "--timeout", "soon")]
    [InlineData("dlq", "retry", "--ids-file", "not-there.txt", "--reason", "x")]
    [InlineData("dlq", "resolve", "--all", "--reason", "x")]
    [InlineData("reset", "--all", "--type", "FirstWorkflowTask", "--reason", "x")]
    [InlineData("reset", "w-1", "--reason", "x")]
    [InlineData("reset", "w-1", "--type", "SomeTask", "--reason", "x")]
    [InlineData("reset", "w-1", "--type", "FirstWorkflowTask", "--reapply", "none", "--exclude-event", "e", "--reason", "x")]
    public async Task What_is_said_wrongly_is_refused_before_anything_is_sent(params string[] args)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync(args));
        Assert.Empty(cli.Network.Sent);
        Assert.NotEmpty(cli.Error);
        Assert.Empty(cli.Out);
    }

    private static CliRun Planned(string plan, CliRun? cli = null)
    {
        cli ??= new();
        cli.Network
            .On("POST", "/api/plans", ScriptedNetwork.Json(plan, HttpStatusCode.Created))
            .On("POST", "/api/jobs", ScriptedNetwork.Json(Responses.Started, HttpStatusCode.Accepted))
            .Get($"/api/jobs/{Responses.JobId}", Responses.Job("running"));
        return cli;
    }
}
