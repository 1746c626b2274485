namespace Reprocessing.Cli.Tests.DeadLetters;

public sealed class DlqTests
{
    [Fact]
    public async Task A_note_is_written_by_whoever_is_there()
    {
        using var cli = new CliRun();
        cli.Network.On("POST", "/api/dead-letters/order-1/notes", ScriptedNetwork.Json(Responses.Letter("order-1")));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "note", "order-1", "Ask the carrier."));
        Assert.Equal("""{"text":"Ask the carrier.","author":"dana"}""", cli.Network.Sent[0].Body);
    }

    [Theory]
    [InlineData("archive", "archived")]
    [InlineData("reopen", "open")]
    public async Task A_group_is_put_aside_and_taken_up(string verb, string state)
    {
        using var cli = new CliRun();
        cli.Network.On("PATCH", "/api/failure-groups/3f2a", ScriptedNetwork.Json("""{"fingerprint":"3f2a"}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("groups", verb, "3f2a", "--note", "Old printers."));
        Assert.Equal($$"""{"state":"{{state}}","requestedBy":"dana","note":"Old printers."}""", cli.Network.Sent[0].Body);
    }

    [Fact]
    public async Task An_export_to_a_terminal_is_safe_and_to_a_pipe_as_it_is()
    {
        using var piped = Exporting(new CliRun());
        using var shown = Exporting(new CliRun { IsTerminal = true });

        await piped.RunAsync("dlq", "export", "--resolution", "any");
        await shown.RunAsync("dlq", "export", "--resolution", "any");

        Assert.Equal("a\u001b[2J\n", piped.Out);
        Assert.Equal("a\\u001b[2J\n", shown.Out);
        Assert.Equal("GET /api/exports/dead-letters?resolution=any&format=jsonl", shown.Network.Lines.Single());
    }

    private static CliRun Exporting(CliRun cli)
    {
        cli.Network.On("GET", "/api/exports/dead-letters", ScriptedNetwork.Text("a\u001b[2J\n", "application/x-ndjson"));
        return cli;
    }
}
