namespace Reprocessing.Cli.Tests.Exports;

public sealed class ExportTests
{
    private const string Path = "/api/exports/export-1";

    [Fact]
    public async Task An_export_is_asked_for_with_one_key_however_often_it_is_sent()
    {
        using var cli = new CliRun();
        var started = ScriptedNetwork.Json("""{"exportId":"export-1","state":"pending"}""", HttpStatusCode.Accepted);
        cli.Network.On("POST", "/api/exports", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded), started);

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "exports", "start", "--format", "csv", "--status", "completed"));
        Assert.Equal(2, cli.Network.Sent.Count);
        Assert.All(cli.Network.Sent, request => Assert.Equal(
            ("""{"requestedBy":"dana","format":"csv","status":"completed"}""", "\"key-1\""), (request.Body, request.Headers["Idempotency-Key"])));
        Assert.Contains("reprocess orders exports download export-1", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_file_is_downloaded()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", $"{Path}/content", ScriptedNetwork.Text("orderId\nA-1\n", "text/csv"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "exports", "download", "export-1"));
        Assert.Equal("orderId\nA-1\n", cli.Out);
    }

    [Fact]
    public async Task It_is_ended_with_a_reason()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", $"{Path}/cancel", ScriptedNetwork.Json("""{"exportId":"export-1"}""", HttpStatusCode.Accepted));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "exports", "cancel", "export-1", "--reason", "The wrong status."));
        Assert.Equal("""{"requestedBy":"dana","reason":"The wrong status."}""", Assert.Single(cli.Network.Sent).Body);
    }

    [Theory]
    [InlineData(ExitCode.Refused)]
    [InlineData(ExitCode.Ok, "--yes")]
    public async Task Its_file_is_deleted_by_whoever_says_yes(int exitCode, params string[] further)
    {
        using var cli = new CliRun();
        cli.Network.On("DELETE", Path, ScriptedNetwork.Json("""{"exportId":"export-1"}"""));

        Assert.Equal(exitCode, await cli.RunAsync(["orders", "exports", "delete", "export-1", .. further]));
        Assert.Equal(exitCode == ExitCode.Ok ? [$"DELETE {Path}"] : [], cli.Network.Lines);
    }
}
