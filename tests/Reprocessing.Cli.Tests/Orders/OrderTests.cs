namespace Reprocessing.Cli.Tests.Orders;

public sealed class OrderTests
{
    private static readonly string[] Two = ["""{"orderId":"order-1"}""", """{"orderId":"order-2"}"""];

    [Fact]
    public async Task An_order_is_one_object_with_its_timeline()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/orders/order-1", """{"orderId":"order-1","status":"completed"}""")
            .Get(
                "/api/orders/order-1/timeline",
                Responses.Page("next", """{"sequence":0,"kind":"created"}"""),
                Responses.Page(null, """{"sequence":1,"kind":"completed"}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "show", "order-1", "-o", "json"));
        var order = JsonElement.Parse(cli.Out);
        Assert.Equal("completed", order.GetProperty("status").GetString());
        Assert.Equal(["created", "completed"], order.GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Failures_are_those_of_every_failure_status()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/orders", Responses.Page(null, Two));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "failures", "--filter", "errorType = timeout", "-o", "ndjson"));
        Assert.Equal($"{Two[0]}\n{Two[1]}\n", cli.Out);
        var asked = Assert.Single(cli.Network.Sent).Path;
        Assert.Contains("status=failing", asked, StringComparison.Ordinal);
        Assert.Contains("filter=errorType%20%3D%20timeout", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_only_the_apps_settings_know_is_asked_for()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/orders", Responses.Page(null, Two)).On("GET", "/api/dead-letters", ScriptedNetwork.Json("""{"items":[]}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "failures", "--status", "customs_hold", "-o", "ndjson"));
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "list", "--filter", "failureStatus = customs_hold", "-o", "ndjson"));

        Assert.Contains("status=customs_hold", cli.Network.Sent[0].Path, StringComparison.Ordinal);
        Assert.Equal(2, cli.Network.Sent.Count);
    }

    [Fact]
    public async Task A_list_ends_at_its_limit()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/orders", Responses.Page("next", Two));

        await cli.RunAsync("orders", "list", "--limit", "1", "-o", "ndjson");

        Assert.Equal($"{Two[0]}\n", cli.Out);
        Assert.Single(cli.Network.Sent);
    }

    [Theory]
    [InlineData("dead-letter", ExitCode.Ok)]
    [InlineData("cancel", ExitCode.Refused)]
    [InlineData("cancel", ExitCode.Ok, "--yes")]
    public async Task One_order_is_acted_on_by_hand(string verb, int exitCode, params string[] further)
    {
        using var cli = new CliRun();
        cli.Network.On("POST", $"/api/orders/order-1/{verb}", ScriptedNetwork.Json("""{"orderId":"order-1"}"""));

        Assert.Equal(exitCode, await cli.RunAsync(["orders", verb, "order-1", "--reason", "Because.", .. further]));
        Assert.Equal(
            exitCode == ExitCode.Ok ? ["""{"requestedBy":"dana","reason":"Because."}"""] : [],
            cli.Network.Sent.Select(request => request.Body));
    }

    [Theory]
    [InlineData("jsonl", "table")]
    [InlineData("csv", "csv")]
    public async Task An_export_goes_to_a_file_that_appears_when_it_is_whole(string format, string output)
    {
        using var cli = new CliRun();
        var target = $"export-{Guid.NewGuid():N}";
        cli.Network.On("GET", "/api/exports/orders", ScriptedNetwork.Text("Größe\u001b\n", "text/csv"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("orders", "export", "--to", target, "-o", output));
        Assert.Equal($"GET /api/exports/orders?format={format}", cli.Network.Lines.Single());
        var file = Path.Combine(AppContext.BaseDirectory, target);
        Assert.Equal("Größe\u001b\n", await File.ReadAllTextAsync(file));
        Assert.False(File.Exists($"{file}.partial"));
        File.Delete(file);
        Assert.Empty(cli.Out);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_read_is_refused_before_anything_is_asked()
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("orders", "list", "--filter", "movedAt > now-1d"));

        Assert.Empty(cli.Network.Sent);
        Assert.Contains("movedAt", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_breaks_off_leaves_no_file_that_looks_whole()
    {
        using var cli = new CliRun();
        var target = $"export-{Guid.NewGuid():N}";
        cli.Network.On("GET", "/api/exports/orders", () => new HttpResponseMessage { Content = new StreamContent(new BrokenStream()) });

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("orders", "export", "--to", target));
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, target)));
        Assert.Contains("broke off", cli.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(AppContext.BaseDirectory, $"{target}.partial"));
    }
}
