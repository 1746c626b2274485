namespace Reprocessing.Cli.Tests.Alerts;

public sealed class AlertsTests
{
    private const string Alert = """
        {"kind":"backlog","state":"raised","since":"2026-03-01T12:00:00+00:00","value":101,"threshold":100,"message":"101 are due",
        "evaluatedAt":"2026-03-01T12:15:00+00:00","acknowledgement":{"version":1,"by":"ann","at":"2026-03-01T12:05:00+00:00","reason":"known"},"id":"backlog"}
        """;

    private const string Schedule = """
        {"expression":"0 */15 * * * *","enabled":true,"paused":true,"since":"2026-03-01T12:00:00+00:00","by":"dana","reason":"Moving.",
        "nextTicks":["2026-03-01T12:15:00+00:00"],"lastRun":{"runId":"run-1","state":"completed"}}
        """;

    [Theory]
    [InlineData("alerts")]
    [InlineData("alerts", "list")]
    public async Task Alerts_are_listed_with_or_without_the_verb_and_by_state(params string[] command)
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/alerts", Responses.Page(null, Alert));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync([.. command, "--state", "raised", "-o", "csv"]));
        Assert.Equal("GET /api/alerts?state=raised&pageSize=50", cli.Network.Lines.Single());
        Assert.Equal(
            ["id,state,since,value,threshold,evaluatedAt,acknowledgedBy,message", "backlog,raised,2026-03-01T12:00:00+00:00,101,100,2026-03-01T12:15:00+00:00,ann,101 are due"],
            cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(ExitCode.Usage, await cli.RunAsync([.. command, "--state", "odd"]));
    }

    [Fact]
    public async Task An_alert_is_acknowledged_with_a_reason_and_again_when_the_answer_is_lost()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", "/api/alerts/backlog/acknowledge", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded), ScriptedNetwork.Json(Alert));

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("alerts", "acknowledge", "backlog"));
        Assert.Empty(cli.Network.Sent);
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("alerts", "acknowledge", "backlog", "--reason", "known"));
        Assert.Equal("""{"requestedBy":"dana","reason":"known"}""", cli.Network.Sent[1].Body);
        Assert.Contains("known", cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schedule")]
    [InlineData("schedule", "show")]
    public async Task The_schedule_is_shown_with_or_without_the_verb(params string[] command)
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/schedule", Schedule);

        Assert.Equal(ExitCode.Ok, await cli.RunAsync(command));
        Assert.All(new[] { "0 */15 * * * *", "Moving.", "2026-03-01T12:15:00+00:00", "run-1" }, text => Assert.Contains(text, cli.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task The_schedule_is_paused_and_resumed_with_a_reason(string verb)
    {
        using var cli = new CliRun();
        cli.Network.On("POST", $"/api/schedule/{verb}", ScriptedNetwork.Json(Schedule));

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("schedule", verb));
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("schedule", verb, "--reason", "Moving.", "-o", "json"));
        Assert.Equal("""{"requestedBy":"dana","reason":"Moving."}""", Assert.Single(cli.Network.Sent).Body);
        Assert.Equal("dana", JsonElement.Parse(cli.Out).GetProperty("by").GetString());
    }
}
