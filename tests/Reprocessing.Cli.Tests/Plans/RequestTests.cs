using System.Text.Json.Nodes;

namespace Reprocessing.Cli.Tests.Plans;

/// <summary>What is typed, as the app is asked for it.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task Options_of_a_retry_go_into_the_plan_and_those_of_its_pace_into_the_job()
    {
        using var cli = Planned();

        var exitCode = await cli.RunAsync(
            "dlq", "retry", "--filter", "errorType = timeout", "--exclude", "order-8", "order-9", "--max-retries", "4", "--timeout-per-item", "5m", "--strategy", "linear", "--force",
            "--stage-timeout", "90", "--from", "failed_stage", "--reason", "The shelf is full again.", "--requested-by", "maria", "--parallel", "7", "--rate", "2.5",
            "--ramp", "1,5,20", "--failure-threshold", "0.1", "--wait-for-outcome", "--idempotency-key", "incident-17", "--yes");

        Assert.Equal(ExitCode.Ok, exitCode);
        AssertJson(
            """
            {"operation":"retry","selection":{"filter":"errorType = timeout","exclude":["order-8","order-9"]},"requestedBy":"maria",
             "options":{"maxRetries":4,"timeoutPerItemSeconds":300,"retryStrategy":"linear","force":true,"modifications":{"stageTimeoutSeconds":90,"from":"failed_stage"}}}
            """,
            cli.Network.Sent[0].Body);
        AssertJson(
            $$"""
            {"planId":"{{Responses.PlanId}}","reason":"The shelf is full again.","requestedBy":"maria","pace":{"parallelism":7,"itemsPerSecond":2.5},
             "ramp":[1,5,20],"failureThreshold":0.1,"waitForOutcome":true}
            """,
            cli.Network.Sent[1].Body);
        // Of the plan too: the same call again finds the same plan, and so the same job.
        Assert.All(cli.Network.Sent.Take(2), request => Assert.Equal("\"incident-17\"", request.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task What_a_job_has_left_is_planned_from_it_and_not_waited_for_where_that_is_said()
    {
        using var cli = Planned();

        await cli.RunAsync("dlq", "retry", "--from-job", "job-1", "--from-state", "failed", "--wait-for-outcome", "false", "--reason", "Because.", "--yes");

        AssertJson("""{"operation":"retry","selection":{"fromJob":"job-1","states":["failed"]},"requestedBy":"dana"}""", cli.Network.Sent[0].Body);
        Assert.False(cli.Network.Sent[1].Json.GetProperty("waitForOutcome").GetBoolean());
    }

    [Theory]
    [InlineData("2 s to 18 min 30 s, 3 to 135 backend calls")]
    [InlineData("6 s to 52 min 30 s, 3 to 135 backend calls", "--ramp", "1", "--parallel", "1")]
    [InlineData("6 s to 18 min 36 s, 3 to 135 backend calls", "--rate", "0.5")]
    [InlineData("0.1 s to 0.3 s, 3 to 45 backend calls", "--wait-for-outcome", "false")]
    public async Task The_estimate_is_that_of_the_job_asked_for(string estimate, params string[] course)
    {
        using var cli = Planned();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync(["dlq", "retry", "--all", "--dry-run", .. course]));
        Assert.Contains($"estimate  {estimate}\n", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_said_is_left_to_the_app()
    {
        using var cli = Planned();

        await cli.RunAsync("dlq", "retry", "order-1", "order-2", "--reason", "Because.", "--yes");

        AssertJson("""{"operation":"retry","selection":{"ids":["order-1","order-2"]},"requestedBy":"dana"}""", cli.Network.Sent[0].Body);
        AssertJson($$"""{"planId":"{{Responses.PlanId}}","reason":"Because.","requestedBy":"dana"}""", cli.Network.Sent[1].Body);
    }

    [Fact]
    public async Task A_reason_that_begins_with_an_at_is_a_reason()
    {
        using var cli = Planned();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "retry", "@order", "--reason", "@maria asked for it.", "--yes"));
        Assert.Equal("@maria asked for it.", cli.Network.Sent[1].Json.GetProperty("reason").GetString());
        AssertJson("""{"ids":["@order"]}""", cli.Network.Sent[0].Json.GetProperty("selection").GetRawText());
    }

    [Fact]
    public async Task Ids_come_by_stdin_as_well()
    {
        using var cli = Planned(new CliRun { Input = "order-1\norder-2\n" });

        await cli.RunAsync("dlq", "retry", "--ids-file", "-", "--reason", "Because.", "--yes");

        AssertJson("""{"ids":["order-1","order-2"]}""", cli.Network.Sent[0].Json.GetProperty("selection").GetRawText());
    }

    [Fact]
    public async Task Ids_are_read_of_the_column_that_the_header_names_and_told_when_they_are_there_again()
    {
        using var cli = Planned(new CliRun { Input = "customerId,orderId,reason\r\ncsv-7,'=csv-6,\"a\nb\"\r\ncsv-7,csv-8,\r\ncsv-7,csv-8,\r\n" });

        await cli.RunAsync("dlq", "retry", "order-1", "--ids-file", "-", "--reason", "Because.", "--yes");

        AssertJson("""{"ids":["order-1","=csv-6","csv-8"]}""", cli.Network.Sent[0].Json.GetProperty("selection").GetRawText());
        Assert.Contains("--ids-file names 1 id again", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task What_the_tool_has_written_names_ids(string format)
    {
        using var listing = new CliRun();
        listing.Network.Get("/api/dead-letters", Responses.Page(null, Responses.Letter("=order-1", "a, b"), Responses.Letter("order-2")));
        await listing.RunAsync("dlq", "list", "--output", format);
        using var cli = Planned(new CliRun { Input = listing.Out });

        await cli.RunAsync("dlq", "retry", "--all", "--exclude-file", "-", "--reason", "Because.", "--yes");

        AssertJson("""{"all":true,"exclude":["=order-1","order-2"]}""", cli.Network.Sent[0].Json.GetProperty("selection").GetRawText());
    }

    [Theory]
    [InlineData("--ids-file", "csv-6,csv-7\n")]
    [InlineData("--ids-file", "customerId\ncsv-7\n")]
    [InlineData("--ids-file", "instanceId\nw-1\n")]
    [InlineData("--ids-file", "")]
    [InlineData("--exclude-file", "csv-6,csv-7\n")]
    public async Task A_table_that_names_no_ids_is_refused_before_anything_is_sent(string option, string text)
    {
        foreach (var command in (string[][])[["dlq", "retry"], ["dlq", "purge"], ["plan", "create", "retry"]])
        {
            using var cli = Planned(new CliRun { Input = text });
            string[] further = [.. command[0] == "plan" ? (string[])[] : ["--reason", "Because.", "--yes"], .. option == "--exclude-file" ? (string[])["--all"] : []];

            Assert.Equal(ExitCode.Usage, await cli.RunAsync([.. command, option, "-", .. further]));
            Assert.Empty(cli.Network.Sent);
            Assert.Contains($"{option} '-' cannot be used.", cli.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reset_says_to_which_point_and_which_events_are_left_out()
    {
        using var cli = Planned();

        await cli.RunAsync(
            "reset", "--query", "WorkflowType = 'LoyaltyProgram'", "--type", "FirstWorkflowTask", "--exclude-event", "PointsSpent", "--include-completed", "--reason", "Sev2", "--yes");

        AssertJson(
            """
            {"operation":"reset","selection":{"filter":"WorkflowType = 'LoyaltyProgram'"},"requestedBy":"dana",
             "options":{"type":"FirstWorkflowTask","reapply":{"exclude":["PointsSpent"]},"includeCompleted":true}}
            """,
            cli.Network.Sent[0].Body);
    }

    [Fact]
    public async Task A_plan_is_applied_by_its_id()
    {
        using var cli = Planned();
        cli.Network.Get($"/api/plans/{Responses.PlanId}", Responses.Plan());

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("apply", Responses.PlanId, "--reason", "Because.", "--yes"));
        Assert.Equal([$"GET /api/plans/{Responses.PlanId}", "POST /api/jobs", $"GET /api/jobs/{Responses.JobId}"], cli.Network.Lines);
        Assert.DoesNotContain("secret", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_made_with_a_life_of_its_own()
    {
        using var cli = Planned();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("plan", "create", "resolve", "--all", "--as", "escalated", "--notes", "For the warehouse.", "--expires", "2h"));
        AssertJson(
            """{"operation":"resolve","selection":{"all":true},"options":{"resolution":"escalated","notes":"For the warehouse."},"requestedBy":"dana","expiresInMinutes":120}""",
            cli.Network.Sent[0].Body);
    }

    private static void AssertJson(string expected, string body) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(body)), $"Expected {expected}, sent {body}");

    private static CliRun Planned(CliRun? cli = null)
    {
        cli ??= new();
        cli.Network
            .On("POST", "/api/plans", ScriptedNetwork.Json(Responses.Plan(), HttpStatusCode.Created))
            .On("POST", "/api/jobs", ScriptedNetwork.Json(Responses.Started, HttpStatusCode.Accepted))
            .Get($"/api/jobs/{Responses.JobId}", Responses.Job("running"));
        return cli;
    }
}
