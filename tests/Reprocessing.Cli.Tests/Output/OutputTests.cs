namespace Reprocessing.Cli.Tests.Output;

public sealed class OutputTests
{
    [Fact]
    public async Task A_table_has_aligned_columns_and_no_colour()
    {
        using var cli = Run(Responses.Letter("order-1"), Responses.Letter("order-10"));

        await cli.RunAsync("dlq", "list");

        var lines = cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("ORDER ID  CUSTOMER ID  FAILURE STATUS", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("order-1   customer-1   picking_failed", lines[1], StringComparison.Ordinal);
        Assert.Contains("2026-03-01 08:00:00Z", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', cli.Out);
    }

    [Fact]
    public async Task A_table_on_a_terminal_is_as_wide_as_that()
    {
        using var cli = new CliRun { IsTerminal = true, Width = 100 };
        cli.Network.Get("/api/dead-letters", Responses.Page(null, Responses.Letter("order-1", new string('é', 300))));

        await cli.RunAsync("dlq", "list");

        Assert.All(cli.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains('…', cli.Out);
    }

    [Fact]
    public async Task Csv_is_quoted_and_guarded_against_formulas()
    {
        using var cli = Run(Responses.Letter("=1+1", "a \\\"b\\\", c"));

        await cli.RunAsync("dlq", "list", "--output", "csv");

        Assert.Equal(
            "orderId,customerId,failureStatus,errorType,retries,reopened,movedToQueueAt,resolution,fingerprint,reason\r\n"
            + "'=1+1,customer-1,picking_failed,command_failure,5,0,2026-03-01T08:00:00Z,,3f2a,\"a \"\"b\"\", c\"\r\n",
            cli.Out);
    }

    [Fact]
    public async Task Json_is_one_list_of_whole_items()
    {
        using var cli = Run(Responses.Letter("order-1"), Responses.Letter("order-2"));

        await cli.RunAsync("dlq", "list", "-o", "json");

        Assert.Equal(["order-1", "order-2"], JsonElement.Parse(cli.Out).EnumerateArray().Select(item => item.GetProperty("orderId").GetString()));
    }

    [Fact]
    public async Task An_empty_list_is_one_too()
    {
        using var cli = Run();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "list", "-o", "json"));
        Assert.Equal(0, JsonElement.Parse(cli.Out).GetArrayLength());
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task What_a_terminal_would_obey_is_shown_as_text(string format)
    {
        using var cli = Run(Responses.Letter("order-1", "\\u001b[2J\\u009b31m\\u202eevil"));

        await cli.RunAsync("dlq", "list", "-o", format);

        Assert.DoesNotContain(cli.Out, letter => letter is '\u001b' or '\u009b' or '\u202e');
        Assert.Contains("evil", cli.Out, StringComparison.Ordinal);
        Assert.Contains(@"\u202e", cli.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Problems_cannot_paint_the_screen_either()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", "/api/jobs/job-1", ScriptedNetwork.Problem(System.Net.HttpStatusCode.NotFound, "\\u001b]0;owned\\u0007"));

        await cli.RunAsync("jobs", "show", "job-1");

        Assert.DoesNotContain('\u001b', cli.Error);
        Assert.DoesNotContain('\u0007', cli.Error);
    }

    [Theory]
    [InlineData("dlq", "list", "--limit", "0")]
    [InlineData("dlq", "--help")]
    public async Task Nothing_is_read_for_a_reader_that_has_gone(params string[] args)
    {
        using var cli = new CliRun { Output = new GoneReader() };
        cli.Network.Get("/api/dead-letters", Responses.Page("more", [.. Enumerable.Range(0, 201).Select(number => Responses.Letter($"order-{number}"))]), Responses.Page(null));

        Assert.Equal(ExitCode.NoReader, await cli.RunAsync(args));
        Assert.InRange(cli.Network.Sent.Count, 0, 1);
        Assert.Empty(cli.Error);
    }

    private static CliRun Run(params string[] letters)
    {
        var cli = new CliRun();
        cli.Network.Get("/api/dead-letters", Responses.Page(null, letters));
        return cli;
    }
}
