namespace Reprocessing.Cli.Tests.Terminal;

/// <summary>A filter is read here before anything is sent.</summary>
public sealed class FilterOptionTests
{
    [Fact]
    public async Task A_typo_is_pointed_at()
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("dlq", "list", "--filter", "errorType = timout"));
        Assert.StartsWith("error: --filter cannot be used, column 13:\n  errorType = timout\n              ^\n", cli.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean timeout?", cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Network.Sent);
    }

    [Fact]
    public async Task The_caret_stands_right_below_wide_letters()
    {
        using var cli = new CliRun();

        await cli.RunAsync("dlq", "list", "--filter", "customerId = 顧客 AND nothing = 1");

        Assert.Contains($"  customerId = 顧客 AND nothing = 1\n  {new string(' ', 22)}^\n", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dlq", "retry", "--filter", "errorType = timeout AND", "--reason", "x", "--yes")]
    [InlineData("dlq", "purge", "--filter", "", "--reason", "x", "--yes")]
    [InlineData("dlq", "export", "--filter", "colour = red")]
    [InlineData("reset", "--query", "WorkflowType = ", "--type", "FirstWorkflowTask", "--reason", "x", "--yes")]
    [InlineData("workflows", "list", "--query", "errorType = timeout")]
    [InlineData("plan", "create", "retry", "--filter", "(errorType = timeout")]
    public async Task Every_command_that_takes_one_reads_it_first(params string[] args)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync(args));
        Assert.Empty(cli.Network.Sent);
        Assert.NotEmpty(cli.Error);
    }
}
