namespace Reprocessing.Cli.Tests.Http;

public sealed class PagingTests
{
    [Fact]
    public async Task Pages_are_followed_to_the_last()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/dead-letters", Responses.Page("a b", Responses.Letter("1"), Responses.Letter("2")), Responses.Page(null, Responses.Letter("3")));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("dlq", "list", "--limit", "0", "--output", "ndjson"));
        Assert.Equal(3, cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(["GET /api/dead-letters?pageSize=200", "GET /api/dead-letters?pageSize=200&pageToken=a%20b"], cli.Network.Lines);
    }

    [Fact]
    public async Task What_is_beyond_the_limit_is_not_asked_for()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/dead-letters", Responses.Page("more", Responses.Letter("1"), Responses.Letter("2"), Responses.Letter("3")));

        await cli.RunAsync("dlq", "list", "--limit", "2", "--output", "ndjson");

        Assert.Equal(["GET /api/dead-letters?pageSize=2"], cli.Network.Lines);
        Assert.Equal(2, cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_list_that_never_ends_is_given_up()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/dead-letters", Responses.Page("again"));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("dlq", "list", "--limit", "0"));
        Assert.Equal(2, cli.Network.Sent.Count);
    }

    [Fact]
    public async Task Filters_and_ids_are_escaped()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/dead-letters", Responses.Page(null)).Get("/api/orders/a%26b%20c", "{}").Get("/api/orders/a%26b%20c/timeline", Responses.Page(null));

        await cli.RunAsync("dlq", "list", "--filter", "customerId = 'ACME & Sons'");
        await cli.RunAsync("orders", "show", "a&b c");

        Assert.Equal("GET /api/dead-letters?filter=customerId%20%3D%20%27ACME%20%26%20Sons%27&pageSize=50", cli.Network.Lines.First());
        Assert.Equal("GET /api/orders/a%26b%20c", cli.Network.Lines.ElementAt(1));
    }
}
