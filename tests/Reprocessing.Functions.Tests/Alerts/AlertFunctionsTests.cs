using Reprocessing.Storage.Results;

namespace Reprocessing.Functions.Tests.Alerts;

public sealed class AlertFunctionsTests
{
    private const string Reason = """{ "reason": "The carrier is down.", "requestedBy": "ann" }""";

    private readonly AlertBench _bench = new();

    [Fact]
    public async Task Alerts_are_listed_raised_ones_first_and_by_state()
    {
        await _bench.LookAsync(depth: 101);

        var all = await ListAsync(string.Empty);
        var raised = await ListAsync("?state=raised");

        Assert.Equal("dead_letter_depth", all[0].GetProperty("id").GetString());
        Assert.Equal(["dead_letter_age", "dead_letter_depth", "no_run"], all.Select(alert => alert.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            """
            {"kind":"dead_letter_depth","state":"raised","since":"2026-03-01T12:01:00+00:00","value":101,"threshold":100,
            "message":"101 dead letters are unresolved (limit 100)","evaluatedAt":"2026-03-01T12:01:00+00:00","id":"dead_letter_depth"}
            """.ReplaceLineEndings(string.Empty),
            Assert.Single(raised).GetRawText());
    }

    [Fact]
    public async Task An_acknowledgement_names_who_when_and_why_and_is_audited_once()
    {
        await _bench.LookAsync(depth: 101);

        var answer = await AcknowledgeAsync("dead_letter_depth", Reason);
        await AcknowledgeAsync("dead_letter_depth", Reason);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """{"version":1,"by":"ann (claimed)","at":"2026-03-01T12:01:00+00:00","reason":"The carrier is down."}""",
            answer.Json().GetProperty("acknowledgement").GetRawText());
        var told = Assert.Single(_bench.Audited.Distinct());
        Assert.Equal(("alert.acknowledged", "ann (claimed)", "dead_letter_depth", "The carrier is down."), (told.Action, told.Actor, told.Target, told.Reason));
    }

    [Theory]
    [InlineData("dead_letter_age", Reason, HttpStatusCode.Conflict, "alert_not_raised")]
    [InlineData("no_such", Reason, HttpStatusCode.NotFound, "not_found")]
    [InlineData("dead_letter_depth", """{ "requestedBy": "ann" }""", HttpStatusCode.BadRequest, "invalid_body")]
    public async Task What_cannot_be_acknowledged_is_refused(string id, string body, HttpStatusCode status, string code)
    {
        await _bench.LookAsync(depth: 101);

        var answer = await AcknowledgeAsync(id, body);

        Assert.Equal((status, code), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
        Assert.Empty(_bench.Audited);
    }

    [Fact]
    public async Task The_schedule_is_shown_paused_and_resumed_by_name_and_reason()
    {
        _bench.LastRun = SampleJobs.Job("run-20260301-114500-000") with { State = JobState.Succeeded, Run = new("timer", 100, new(Backlog.Start)) };
        _bench.LastSkippedTick = new(Backlog.Start.AddHours(-1), TickSkipReason.AlreadyRunning);

        var first = (await SendAsync("GET", string.Empty, null, _bench.ScheduleFunctions.GetSchedule)).Json();
        var paused = (await SendAsync("POST", "/pause", Reason, _bench.ScheduleFunctions.PauseSchedule)).Json();
        var again = (await SendAsync("POST", "/pause", Reason.Replace("ann", "bob", StringComparison.Ordinal), _bench.ScheduleFunctions.PauseSchedule)).Json();
        var resumed = (await SendAsync("POST", "/resume", Reason, _bench.ScheduleFunctions.ResumeSchedule)).Json();
        var without = await SendAsync("POST", "/pause", """{ "requestedBy": "ann" }""", _bench.ScheduleFunctions.PauseSchedule);

        Assert.Equal(("0 */15 * * * *", true, false), (first.GetProperty("expression").GetString(), first.GetProperty("enabled").GetBoolean(), first.GetProperty("paused").GetBoolean()));
        Assert.Equal(
            [15, 30, 45, 60, 75], first.GetProperty("nextTicks").EnumerateArray().Select(tick => (tick.GetDateTimeOffset() - Backlog.Start).TotalMinutes));
        Assert.Equal("run-20260301-114500-000", first.GetProperty("lastRun").GetProperty("runId").GetString());
        Assert.Equal("already_running", first.GetProperty("lastSkippedTick").GetProperty("reason").GetString());
        Assert.False(first.TryGetProperty("by", out _));
        Assert.Equal((true, "ann (claimed)"), (paused.GetProperty("paused").GetBoolean(), paused.GetProperty("by").GetString()));
        Assert.Equal("The carrier is down.", paused.GetProperty("reason").GetString());
        Assert.Equal(paused.GetRawText(), again.GetRawText());
        Assert.False(resumed.GetProperty("paused").GetBoolean());
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(["schedule.paused", "schedule.resumed"], _bench.Audited.DistinctBy(told => told.EventId).Select(told => told.Action));
    }

    [Theory]
    [InlineData("0 */15 * * * *", true)]
    [InlineData("*/5 * * * *", true)]
    [InlineData("00:15:00", false)]
    [InlineData("every now and then", false)]
    public void An_expression_that_is_none_is_refused_at_the_start(string expression, bool isValid) => Assert.Equal(
        isValid, !new ReprocessingOptions { Schedule = expression }.Validate(new(new object())).Any());

    private async Task<List<JsonElement>> ListAsync(string query)
    {
        var answer = await new FakeRequest("GET", $"/api/alerts{query}").SendAsync(request => _bench.Functions.ListAlerts(request, default));
        return [.. answer.Json().GetProperty("items").EnumerateArray()];
    }

    private Task<HttpResponseData> AcknowledgeAsync(string id, string body) =>
        new FakeRequest("POST", $"/api/alerts/{id}/acknowledge", body).SendAsync(request => _bench.Functions.AcknowledgeAlert(request, id, default));

    private static Task<HttpResponseData> SendAsync(string method, string path, string? body, Func<HttpRequestData, CancellationToken, Task<HttpResponseData>> function) =>
        new FakeRequest(method, $"/api/schedule{path}", body ?? string.Empty).SendAsync(request => function(request, default));
}
