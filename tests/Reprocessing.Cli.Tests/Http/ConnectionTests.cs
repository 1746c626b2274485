namespace Reprocessing.Cli.Tests.Http;

public sealed class ConnectionTests
{
    [Fact]
    public async Task The_key_and_the_token_are_sent_and_never_shown()
    {
        using var cli = new CliRun();
        cli.Variables["REPROCESS_KEY"] = "s3cret";
        cli.Variables["REPROCESS_TOKEN"] = "t0ken";
        cli.Variables["REPROCESS_URL"] = "https://app.example/base/";
        cli.Network.Get("/base/api/jobs", Responses.Page(null));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "list", "--verbose"));
        Assert.Equal("s3cret", cli.Network.Sent[0].Headers["x-functions-key"]);
        Assert.Contains("> GET https://app.example/base/api/jobs?pageSize=50\n", cli.Error, StringComparison.Ordinal);
        Assert.Equal("Bearer t0ken", cli.Network.Sent[0].Headers["Authorization"]);
        Assert.DoesNotContain("s3cret", cli.Error + cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", cli.Error + cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_goes_before_a_variable()
    {
        using var cli = new CliRun();
        cli.Variables["REPROCESS_KEY"] = "old";
        cli.Network.Get("/api/jobs", Responses.Page(null));

        await cli.RunAsync("jobs", "list", "--key", "new");

        Assert.Equal("new", cli.Network.Sent[0].Headers["x-functions-key"]);
    }

    [Theory]
    [InlineData("--key")]
    [InlineData("--token")]
    public async Task A_secret_that_goes_over_the_net_unprotected_is_warned_of(string option)
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/jobs", Responses.Page(null));

        await cli.RunAsync("jobs", "list", "--url", "http://app.example", option, "s3cret");

        Assert.Contains("use https", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("ftp://app")]
    [InlineData("http://app/?code=s3cret")]
    [InlineData("http://user:s3cret@app")]
    public async Task An_address_is_an_address_alone(string url)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("jobs", "list", "--url", url));
        Assert.Empty(cli.Network.Sent);
        Assert.DoesNotContain("s3cret", cli.Error, StringComparison.Ordinal);
    }
}
