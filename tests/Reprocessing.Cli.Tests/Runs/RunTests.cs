namespace Reprocessing.Cli.Tests.Runs;

public sealed class RunTests
{
    private const string Status = "/runtime/webhooks/durabletask/instances/reprocessing-batch";
    private const string Started = $$"""{"id":"reprocessing-batch","statusQueryGetUri":"http://inside:80{{Status}}?code=s3cret"}""";

    [Theory]
    [InlineData("Completed", 0, ExitCode.Ok)]
    [InlineData("Completed", 2, ExitCode.Partial)]
    [InlineData("Failed", 0, ExitCode.Error)]
    [InlineData("Terminated", 0, ExitCode.Error)]
    public async Task A_run_is_followed_by_its_status_to_the_end(string end, int errors, int exitCode)
    {
        using var cli = new CliRun();
        var output = end == "Completed" ? $$"""{"foundCount":5,"restartedCount":5,"dlqCount":0,"errorCount":{{errors}},"skippedCount":0}""" : "\"It broke.\"";
        cli.Network.On("POST", "/api/reprocessing/runs", ScriptedNetwork.Json(Started, HttpStatusCode.Accepted));
        cli.Network.On(
            "GET",
            Status,
            ScriptedNetwork.Json("""{"runtimeStatus":"Running","customStatus":{"runId":"run-1","processed":2,"percent":40}}""", HttpStatusCode.Accepted),
            ScriptedNetwork.Json($$$"""{"runtimeStatus":"{{{end}}}","customStatus":{"runId":"run-1"},"output":{{{output}}}}"""));

        Assert.Equal(exitCode, await cli.RunAsync("runs", "start", "--max-orders", "5", "--wait", "--verbose", "--key", "0urs", "-o", "json"));
        Assert.Equal("""{"requestedBy":"dana","maxOrders":5}""", cli.Network.Sent[0].Body);
        Assert.Equal($"GET {Status}?code=s3cret", cli.Network.Lines.Last());
        Assert.Equal("0urs", cli.Network.Sent[0].Headers["x-functions-key"]);
        Assert.All(cli.Network.Sent.Skip(1), request => Assert.DoesNotContain("x-functions-key", request.Headers.Keys));
        Assert.DoesNotContain("s3cret", cli.Error + cli.Out, StringComparison.Ordinal);
        Assert.Equal(end == "Completed", cli.Out.Contains("restartedCount", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5, "canceled")]
    [InlineData(5, "deadline")]
    [InlineData(0, "drained")]
    public async Task A_run_that_stopped_early_or_did_nothing_is_no_success(int restarted, string stopReason)
    {
        using var cli = new CliRun();
        var output = $$"""{"foundCount":5,"restartedCount":{{restarted}},"dlqCount":0,"errorCount":0,"skippedCount":{{5 - restarted}},"stopReason":"{{stopReason}}"}""";
        cli.Network.On("POST", "/api/reprocessing/runs", ScriptedNetwork.Json(Started, HttpStatusCode.Accepted));
        cli.Network.On("GET", Status, ScriptedNetwork.Json($$"""{"runtimeStatus":"Completed","output":{{output}}}"""));

        Assert.Equal(ExitCode.Partial, await cli.RunAsync("runs", "start", "--wait"));
    }

    [Fact]
    public async Task A_start_shows_no_address_that_carries_a_key()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", "/api/reprocessing/runs", ScriptedNetwork.Json(Started, HttpStatusCode.Accepted));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("runs", "start", "-o", "json"));
        Assert.Equal("reprocessing-batch", JsonElement.Parse(cli.Out).GetProperty("instanceId").GetString());
        Assert.DoesNotContain("s3cret", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_in_the_way_is_a_conflict_and_the_start_is_sent_once()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", "/api/reprocessing/runs", ScriptedNetwork.Problem(HttpStatusCode.Conflict, "run_active"));

        Assert.Equal(ExitCode.Conflict, await cli.RunAsync("runs", "start"));
        Assert.Single(cli.Network.Sent);
    }

    [Fact]
    public async Task Items_of_a_run_are_those_of_a_job()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/jobs/run-1/items", Responses.Page(null));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("runs", "results", "run-1"));
        Assert.Single(cli.Network.Sent);
    }
}
