namespace Reprocessing.Cli.Tests.Imports;

public sealed class ImportTests
{
    private const string File = "orderId,customerId\nA-1,C-1\n";
    private const string Path = "/api/imports/import-1";

    [Fact]
    public async Task A_file_is_sent_whole_each_time_and_with_one_key()
    {
        using var cli = new CliRun { Input = File };
        var started = ScriptedNetwork.Json("""{"importId":"import-1","state":"pending"}""", HttpStatusCode.Accepted);
        cli.Network
            .On("POST", "/api/imports", ScriptedNetwork.Fault(HttpRequestError.ResponseEnded), started)
            .Get(Path, """{"importId":"import-1","state":"running"}""");

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "import", "-", "--format", "csv", "--mode", "failed"));
        var sent = cli.Network.Sent.Take(2).ToList();
        Assert.All(sent, request => Assert.Equal(("POST /api/imports?mode=failed&requestedBy=dana", File), (request.ToString(), request.Body)));
        Assert.All(sent, request => Assert.Equal(("text/csv", "\"key-1\""), (request.Headers["Content-Type"], request.Headers["Idempotency-Key"])));
    }

    [Theory]
    [InlineData("completed", ExitCode.Ok)]
    [InlineData("completed_with_rejects", ExitCode.Partial)]
    [InlineData("canceled", ExitCode.Partial)]
    [InlineData("failed", ExitCode.Error)]
    public async Task What_came_of_it_is_told_by_the_exit_code(string state, int exitCode)
    {
        using var cli = new CliRun();
        var running = """{"importId":"import-1","state":"running","percent":50}""";
        cli.Network.Get(Path, running, $$"""{"importId":"import-1","counts":{"rejected":2},"state":"{{state}}"}""");

        Assert.Equal(exitCode, await cli.RunAsync("orders", "imports", "watch", "import-1"));
    }

    [Theory]
    [InlineData("not-there.csv")]
    [InlineData("orders.txt")]
    [InlineData("-")]
    public async Task A_file_that_cannot_be_sent_is_not(string file)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("orders", "import", file));
        Assert.Empty(cli.Network.Sent);
    }

    [Fact]
    public async Task Ctrl_C_leaves_an_import_alone()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", Path, () =>
        {
            cli.PressCtrlC();
            return ScriptedNetwork.Json("""{"importId":"import-1","state":"running"}""")();
        });

        Assert.Equal(ExitCode.Interrupted, await cli.RunAsync("orders", "imports", "watch", "import-1"));
        Assert.Contains("reprocess orders imports cancel import-1", cli.Error, StringComparison.Ordinal);
        Assert.All(cli.Network.Sent, request => Assert.Equal("GET", request.Method));
    }
}
