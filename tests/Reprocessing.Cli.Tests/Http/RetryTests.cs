namespace Reprocessing.Cli.Tests.Http;

/// <summary>What fails on the way is tried again where that does no harm, and nowhere else.</summary>
public sealed class RetryTests
{
    private static readonly string[] Noted = ["dlq", "note", "order-1", "Ask the carrier."];

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task A_read_is_tried_again(HttpStatusCode status)
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs", ScriptedNetwork.Problem(status, "storage_unavailable"), ScriptedNetwork.Json(Responses.Page(null)));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "list"));
        Assert.Equal(2, cli.Network.Sent.Count);
    }

    [Fact]
    public async Task The_pauses_grow_and_end()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs", ScriptedNetwork.Fault(HttpRequestError.ConnectionError));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("jobs", "list"));
        Assert.Equal([0.5, 1, 2], cli.Time.Pauses.Select(pause => pause.TotalSeconds));
        Assert.Contains("does not answer", cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Out);
    }

    [Fact]
    public async Task An_app_that_says_when_is_asked_then()
    {
        using var cli = new CliRun();
        var busy = ScriptedNetwork.Problem(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        cli.Network.On(
            "GET",
            "/api/jobs",
            () =>
            {
                var answer = busy();
                answer.Headers.Add("Retry-After", "7");
                return answer;
            },
            ScriptedNetwork.Json(Responses.Page(null)));

        await cli.RunAsync("jobs", "list");

        Assert.Equal([TimeSpan.FromSeconds(7)], cli.Time.Pauses);
    }

    [Fact]
    public async Task What_would_be_done_twice_is_sent_once()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", "/api/dead-letters/order-1/notes", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync(Noted));
        Assert.Single(cli.Network.Sent);
        Assert.Contains("Whether the request was carried out is not known", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_left_may_be_sent_again()
    {
        using var cli = new CliRun();
        cli.Network.On(
            "POST",
            "/api/dead-letters/order-1/notes",
            ScriptedNetwork.Fault(HttpRequestError.ConnectionError),
            ScriptedNetwork.Json(Responses.Letter("order-1"), HttpStatusCode.Created));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync(Noted));
        Assert.Equal(2, cli.Network.Sent.Count);
    }

    [Fact]
    public async Task A_start_whose_answer_is_lost_is_sent_again_with_the_same_key_and_body()
    {
        using var cli = new CliRun();
        cli.Network
            .On("POST", "/api/plans", ScriptedNetwork.Json(Responses.Plan(), HttpStatusCode.Created))
            .On("POST", "/api/jobs", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded), ScriptedNetwork.Json(Responses.Started, HttpStatusCode.Accepted))
            .Get($"/api/jobs/{Responses.JobId}", Responses.Job("running"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "retry", "--all", "--reason", "Again.", "--yes"));
        var starts = cli.Network.Sent.Where(request => request is { Method: "POST", Path: "/api/jobs" }).ToList();
        Assert.Equal(2, starts.Count);
        Assert.Equal(starts[0].Headers["Idempotency-Key"], starts[1].Headers["Idempotency-Key"]);
        Assert.Equal(starts[0].Body, starts[1].Body);
        Assert.NotEqual(starts[0].Headers["Idempotency-Key"], cli.Network.Sent[0].Headers["Idempotency-Key"]);
    }
}
