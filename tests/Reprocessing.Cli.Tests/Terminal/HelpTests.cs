using System.CommandLine;
using System.Globalization;

namespace Reprocessing.Cli.Tests.Terminal;

/// <summary>What there is can be found out without a manual.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. Paths(Root(), string.Empty)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_helps_and_tells_the_exit_codes(string command)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Ok, await cli.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));
        Assert.Contains("Exit codes:", cli.Out, StringComparison.Ordinal);
        Assert.All(ExitCode.All, code => Assert.Contains($"  {code.Code,-4} {code.Meaning}", cli.Out, StringComparison.Ordinal));
        Assert.Empty(cli.Network.Sent);
        Assert.Empty(cli.Error);
    }

    [Fact]
    public void Every_command_option_and_argument_says_what_it_does()
    {
        var symbols = All(Root()).SelectMany(command => command.Options.Concat<Symbol>(command.Arguments).Append(command));

        Assert.DoesNotContain(symbols, symbol => string.IsNullOrWhiteSpace(symbol.Description));
    }

    [Theory]
    [InlineData]
    [InlineData("dlq")]
    [InlineData("dlq", "lst")]
    [InlineData("jobs", "show")]
    [InlineData("jobs", "list", "--limit", "-1")]
    [InlineData("jobs", "list", "--output", "xml")]
    [InlineData("jobs", "items", "job-1", "--state", "odd")]
    public async Task A_command_line_that_is_none_exits_with_2_and_writes_no_result(params string[] args)
    {
        using var cli = new CliRun();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync(args));
        Assert.Empty(cli.Out);
        Assert.NotEmpty(cli.Error);
        Assert.Empty(cli.Network.Sent);
    }

    [Fact]
    public void The_readme_has_every_exit_code_and_every_command()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

        string[] told =
        [
            .. ExitCode.All.Select(code => string.Create(CultureInfo.InvariantCulture, $"| {code.Code} | {code.Meaning} |")),
            .. Paths(Root(), string.Empty).Where(command => command.Length > 0).Select(command => $"`{command}`"),
        ];
        Assert.All(told, text => Assert.Contains(text, readme, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim())).Prepend(path);

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static RootCommand Root() => CommandLine.Create(new HostEnvironment(TextReader.Null, TextWriter.Null, TextWriter.Null)
    {
        UserName = "dana",
        Variable = _ => null,
        Network = () => new ScriptedNetwork(),
        Time = TimeProvider.System,
        NewKey = () => "key",
    });
}
