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

    [Fact]
    public async Task The_queue_is_shown_hour_by_hour()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/statistics/history", ScriptedNetwork.Json(
            """{"points":[{"hour":"2026-03-01T12:00:00+00:00","failingCount":7,"dueCount":2,"unresolvedCount":3},{"hour":"2026-03-01T13:00:00+00:00","failingCount":0,"dueCount":0,"unresolvedCount":9}]}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "history", "--hours", "48", "--output", "csv"));

        Assert.Equal("GET /api/statistics/history?hours=48", cli.Network.Lines.Single());
        Assert.Equal(["hour,failing,due,deadLetters,oldest", "2026-03-01T12:00:00+00:00,7,2,3,", "2026-03-01T13:00:00+00:00,0,0,9,"], cli.Out.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
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

    [Fact]
    public async Task A_filter_that_is_too_long_for_an_address_goes_in_a_body()
    {
        var filter = $"reason CONTAINS '{new string('ж', 500)}'";
        using var cli = new CliRun();
        cli.Network
            .On("POST", "/api/dead-letters/query", ScriptedNetwork.Json(Responses.Page("next", Responses.Letter("order-1"))), ScriptedNetwork.Json(Responses.Page(null, Responses.Letter("order-2"))))
            .On("POST", "/api/exports/dead-letters/query", ScriptedNetwork.Text("file", "application/x-ndjson"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "list", "--filter", filter, "--resolution", "any", "--limit", "0"));
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "export", "--filter", filter));

        Assert.Equal(
            ["POST /api/dead-letters/query?pageSize=200", "POST /api/dead-letters/query?pageSize=200&pageToken=next", "POST /api/exports/dead-letters/query"],
            cli.Network.Lines);
        Assert.All(cli.Network.Sent, sent => Assert.Equal(filter, sent.Json.GetProperty("filter").GetString()));
        Assert.Equal(["any", "any"], cli.Network.Sent.Take(2).Select(sent => sent.Json.GetProperty("resolution").GetString()));
        Assert.Equal("jsonl", cli.Network.Sent[2].Json.GetProperty("format").GetString());
    }

    private static CliRun Exporting(CliRun cli)
    {
        cli.Network.On("GET", "/api/exports/dead-letters", ScriptedNetwork.Text("a\u001b[2J\n", "application/x-ndjson"));
        return cli;
    }
}
