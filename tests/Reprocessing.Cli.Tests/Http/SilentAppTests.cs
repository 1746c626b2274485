namespace Reprocessing.Cli.Tests.Http;

/// <summary>An app that takes requests and never answers: every command ends in bounded time and says so by its exit code.</summary>
public sealed class SilentAppTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("jobs", "list")]
    [InlineData("doctor")]
    [InlineData("runs", "start")]
    [InlineData("dlq", "export")]
    [InlineData("orders", "import", "orders.csv")]
    public async Task A_command_gives_up(params string[] command)
    {
        using var cli = Silent(ScriptedNetwork.Silence);
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "orders.csv"), "orderId\n");

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync(command).WaitAsync(Bound));
        Assert.Single(cli.Network.Sent);
    }

    [Fact]
    public async Task What_may_have_been_done_is_asked_for_once_more_under_its_key()
    {
        using var cli = Silent(ScriptedNetwork.Silence);

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("dlq", "retry", "--all", "--reason", "r", "--yes").WaitAsync(Bound));
        Assert.Equal(2, cli.Network.Sent.Count);
        Assert.Single(cli.Network.Sent.Select(request => request.Headers["Idempotency-Key"]).Distinct());
    }

    [Theory]
    [InlineData("application/json", "jobs", "list")]
    [InlineData("application/x-ndjson", "dlq", "export")]
    [InlineData("application/x-ndjson", "orders", "export")]
    public async Task An_answer_that_stops_in_the_middle_is_given_up(string mediaType, params string[] command)
    {
        using var cli = Silent(ScriptedNetwork.SilentBody(mediaType));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync(command).WaitAsync(Bound));
    }

    [Fact]
    public async Task Waiting_ends_by_its_own_limit_while_the_app_hangs()
    {
        using var cli = new CliRun { Patience = TimeSpan.FromMinutes(10) };
        cli.Network.On("GET", $"/api/jobs/{Responses.JobId}", ScriptedNetwork.Silence);

        Assert.Equal(ExitCode.Timeout, await cli.RunAsync("jobs", "watch", Responses.JobId, "--timeout", "1s").WaitAsync(Bound));
    }

    [Fact]
    public async Task A_refusal_that_stops_in_the_middle_is_a_silence_and_no_end_of_the_waiting()
    {
        using var cli = new CliRun { Patience = TimeSpan.FromMilliseconds(20) };
        cli.Network.On("GET", $"/api/jobs/{Responses.JobId}", () =>
        {
            var refusal = ScriptedNetwork.SilentBody("application/problem+json")();
            refusal.StatusCode = HttpStatusCode.ServiceUnavailable;
            return refusal;
        });

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("jobs", "watch", Responses.JobId).WaitAsync(Bound));
        Assert.Contains("goes on when that does", cli.Error, StringComparison.Ordinal);
    }

    private static CliRun Silent(Func<HttpResponseMessage> answer)
    {
        var cli = new CliRun { Patience = TimeSpan.FromMilliseconds(200) };
        foreach (var (method, path) in ((string, string)[])
            [("GET", "/api/jobs"), ("GET", "/api/health"), ("POST", "/api/reprocessing/runs"), ("GET", "/api/exports/dead-letters"), ("GET", "/api/exports/orders"), ("POST", "/api/imports"), ("POST", "/api/plans")])
        {
            cli.Network.On(method, path, answer);
        }

        return cli;
    }
}
