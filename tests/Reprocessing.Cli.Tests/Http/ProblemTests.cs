namespace Reprocessing.Cli.Tests.Http;

/// <summary>What the app refuses is told with all that it says, and by an exit code that a script can go by.</summary>
public sealed class ProblemTests
{
    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "invalid_body", ExitCode.Usage)]
    [InlineData(HttpStatusCode.BadRequest, "confirmation_required", ExitCode.Refused)]
    [InlineData(HttpStatusCode.Unauthorized, "unauthorized", ExitCode.Auth)]
    [InlineData(HttpStatusCode.Forbidden, "forbidden", ExitCode.Auth)]
    [InlineData(HttpStatusCode.Forbidden, "forbidden_role", ExitCode.Auth)]
    [InlineData(HttpStatusCode.Forbidden, "self_approval", ExitCode.Refused)]
    [InlineData(HttpStatusCode.Conflict, "read_only", ExitCode.Refused)]
    [InlineData(HttpStatusCode.Conflict, "approval_required", ExitCode.Refused)]
    [InlineData(HttpStatusCode.Conflict, "plan_not_ready", ExitCode.Conflict)]
    [InlineData(HttpStatusCode.NotFound, "not_found", ExitCode.NotFound)]
    [InlineData(HttpStatusCode.Conflict, "job_ended", ExitCode.Conflict)]
    [InlineData(HttpStatusCode.Conflict, "nothing_to_do", ExitCode.NothingMatched)]
    [InlineData(HttpStatusCode.Conflict, "permanent_failure", ExitCode.Refused)]
    [InlineData(HttpStatusCode.Gone, "plan_expired", ExitCode.Conflict)]
    [InlineData(HttpStatusCode.PreconditionFailed, "precondition_failed", ExitCode.Conflict)]
    [InlineData(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused", ExitCode.Conflict)]
    [InlineData(HttpStatusCode.InternalServerError, "internal_error", ExitCode.Error)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "storage_unavailable", ExitCode.Unreachable)]
    public async Task Each_problem_has_its_exit_code(HttpStatusCode status, string code, int exitCode)
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs/job-1", ScriptedNetwork.Problem(status, code));

        Assert.Equal(exitCode, await cli.RunAsync("jobs", "show", "job-1"));
        Assert.Equal($"error: It was refused.\n  Because.\n  code: {code}\n", cli.Error);
        Assert.Empty(cli.Out);
    }

    [Fact]
    public async Task Each_error_is_told_with_its_pointer_and_column()
    {
        using var cli = new CliRun();
        var further = """
            ,"errors":[{"detail":"Too many.","pointer":"#/ramp/2"},{"detail":"Not so.","pointer":"#/selection/filter","column":7}],
             "links":{"job":"http://app/api/jobs/job-1?code=secret"}
            """;
        cli.Network.On("GET", "/api/jobs/job-1", ScriptedNetwork.Problem(HttpStatusCode.BadRequest, "invalid_body", further));

        await cli.RunAsync("jobs", "show", "job-1");

        Assert.Contains("  #/ramp/2: Too many.\n  #/selection/filter, column 7: Not so.\n", cli.Error, StringComparison.Ordinal);
        Assert.Contains("job: http://app/api/jobs/job-1\n", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_is_told_of_without_a_body()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs/job-1", () => new HttpResponseMessage(HttpStatusCode.Unauthorized));

        Assert.Equal(ExitCode.Auth, await cli.RunAsync("jobs", "show", "job-1"));
        Assert.Contains("REPROCESS_KEY", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_something_else_is_no_answer()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs/job-1", ScriptedNetwork.Text("<html>", "text/html"));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("jobs", "show", "job-1"));
        Assert.Contains("not JSON", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs/job-1", () => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new("http://elsewhere/") } });

        Assert.Equal(ExitCode.Error, await cli.RunAsync("jobs", "show", "job-1", "--key", "secret"));
        Assert.Single(cli.Network.Sent);
    }
}
