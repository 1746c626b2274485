namespace Reprocessing.Cli.Tests.Jobs;

public sealed class ControlTests
{
    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task A_job_is_steered_and_a_demand_is_made_again_when_its_answer_is_lost(string verb)
    {
        using var cli = new CliRun();
        cli.Network.On(
            "POST", $"/api/jobs/job-1/{verb}", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded), ScriptedNetwork.Json(Responses.Job("running"), HttpStatusCode.Accepted));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", verb, "job-1", "--reason", "Lunch."));
        Assert.Equal(2, cli.Network.Sent.Count);
        Assert.Equal("""{"requestedBy":"dana","reason":"Lunch."}""", cli.Network.Sent[1].Body);
    }

    [Theory]
    [InlineData("set-rate", """{"requestedBy":"dana","itemsPerSecond":0,"parallelism":9}""", "0", "--parallel", "9")]
    [InlineData("pace", """{"requestedBy":"dana","itemsPerSecond":12.5}""", "12.5")]
    public async Task A_pace_is_changed(string verb, string body, params string[] further)
    {
        using var cli = new CliRun();
        cli.Network.On("PATCH", "/api/jobs/job-1/pace", ScriptedNetwork.Json(Responses.Job("running")));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync(["jobs", verb, "job-1", .. further]));
        Assert.Equal(body, cli.Network.Sent[0].Body);
    }

    [Fact]
    public async Task Jobs_are_listed_by_state_and_operation()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/jobs", Responses.Page(null));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "list", "--state", "paused", "--operation", "retry"));
        Assert.Equal("GET /api/jobs?state=paused&operation=retry&pageSize=50", cli.Network.Lines.Single());
        Assert.Equal(ExitCode.Usage, await cli.RunAsync("jobs", "list", "--state", "stuck"));
    }

    [Fact]
    public async Task A_pace_that_says_nothing_is_not_sent()
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("jobs", "set-rate", "job-1"));
        Assert.Empty(cli.Network.Sent);
    }

    [Fact]
    public async Task Items_are_listed_by_state()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/jobs/job-1/items", Responses.Page(null, """{"id":"order-1","state":"failed","reason":"timed_out","attempts":2}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "items", "job-1", "--state", "failed"));
        Assert.Equal("GET /api/jobs/job-1/items?state=failed&pageSize=50", cli.Network.Lines.Single());
        Assert.Contains("timed_out", cli.Out, StringComparison.Ordinal);
    }
}
