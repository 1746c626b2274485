using System.Text.Json;
using Reprocessing.Cli;
using Reprocessing.Cli.Terminal;

namespace EndToEnd.Tests.Hosts;

/// <summary>The command line's own entry point, in the test process, against a running app.</summary>
internal sealed record CommandLineRun(int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Each line of <c>--output ndjson</c>.</summary>
    public IReadOnlyList<JsonElement> Lines =>
        [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public static Task<CommandLineRun> RunAsync(AppClient app, params string[] args) => RunAsync(app.Address, CancellationToken.None, args);

    public static async Task<CommandLineRun> RunAsync(Uri address, CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new HostEnvironment(TextReader.Null, output, error)
        {
            UserName = JobRequests.Operator,
            Variable = _ => null,
            Network = () => new SocketsHttpHandler { AllowAutoRedirect = false },
            Time = TimeProvider.System,
            NewKey = () => Guid.NewGuid().ToString("N"),
        };
        var exitCode = await CommandLine.RunAsync([.. args, "--url", address.ToString()], host, cancellationToken);
        return new(exitCode, output.ToString(), error.ToString());
    }

    public CommandLineRun Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"Expected {exitCode}, got {ExitCode}: {Error}{Out}");
        return this;
    }
}
