namespace Reprocessing.Cli.Tests.Doctor;

public sealed class DoctorTests
{
    private const string Healthy = """{"status":"healthy","storage":"reachable"}""";

    private const string Document = """
        {"info":{"title":"Order reprocessing","version":"1.0.0"},
         "paths":{"/api/plans":{},"/api/jobs":{},"/api/dead-letters":{},"/api/failure-groups":{},"/api/workflows":{},"/api/audit-events":{},"/api/imports":{}}}
        """;

    [Fact]
    public async Task All_is_well()
    {
        using var cli = Run(ScriptedNetwork.Json(Healthy));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("doctor", "--key", "s3cret", "-o", "json"));
        Assert.All(JsonElement.Parse(cli.Out).EnumerateArray(), finding => Assert.Equal("ok", finding.GetProperty("result").GetString()));
        Assert.DoesNotContain("s3cret", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_is_not_there_is_not_asked_further()
    {
        using var cli = Run(ScriptedNetwork.Fault(HttpRequestError.ConnectionError));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("doctor"));
        Assert.All(cli.Network.Lines, line => Assert.Equal("GET /api/health", line));
    }

    [Fact]
    public async Task A_key_that_is_not_accepted_is_found()
    {
        using var cli = Run(ScriptedNetwork.Json(Healthy));
        cli.Network.On("GET", "/api/plans", () => new HttpResponseMessage(HttpStatusCode.Unauthorized));

        Assert.Equal(ExitCode.Auth, await cli.RunAsync("doctor"));
    }

    [Fact]
    public async Task An_app_that_is_older_than_the_commands_is_found()
    {
        using var cli = Run(ScriptedNetwork.Json(Healthy));
        cli.Network.Get("/api/openapi.json", """{"info":{"version":"0.9.0"},"paths":{"/api/jobs":{}}}""");

        Assert.Equal(ExitCode.Error, await cli.RunAsync("doctor"));
        Assert.Contains("lacks /plans", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_is_not_well_is_found()
    {
        using var cli = Run(ScriptedNetwork.Json("""{"status":"degraded","storage":"reachable","webhooks":{"notices":"closed"}}"""));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("doctor"));
        Assert.Contains("webhook notices closed", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_without_its_storage_is_found()
    {
        using var cli = Run(ScriptedNetwork.Json("""{"status":"unhealthy","storage":"unreachable"}""", HttpStatusCode.ServiceUnavailable));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("doctor"));
        Assert.Contains("\"storage\":\"unreachable\"", cli.Out, StringComparison.Ordinal);
    }

    private static CliRun Run(Func<HttpResponseMessage> health)
    {
        var cli = new CliRun();
        cli.Network.On("GET", "/api/health", health).Get("/api/plans", Responses.Page(null)).Get("/api/openapi.json", Document);
        return cli;
    }
}
