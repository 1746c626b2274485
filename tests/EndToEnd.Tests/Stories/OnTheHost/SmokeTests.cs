using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>Whoever has deployed the app is given these commands, so they are run as they stand on the page.</summary>
public sealed partial class SmokeTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string Section = SmokeTest().Match(File.ReadAllText(Path.Combine(AppFiles.Root, "docs", "deployment.md"))).Groups[1].Value;

    [Fact]
    public async Task The_commands_of_the_page_find_a_deployed_app_well_and_have_a_failed_order_restarted()
    {
        var commands = Commands().Matches(Section).Select(block => block.Groups[1].Value).ToList();
        var settings = JsonElement.Parse(SimulatedFailure().Match(Section).Groups[1].Value).EnumerateObject().Select(setting => (setting.Name, setting.Value.GetString()!));
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings([("AZURE_FUNCTIONS_ENVIRONMENT", "Production"), .. settings]));
        await app.StartAsync();
        var tools = await ToolsAsync(app.Client.Address, await HostAccessKey.ReadAsync(store));

        var said = await RunAsync(tools + commands[0] + commands[1]);

        var checks = Checks().Match(Section).Groups[1].Value.Split(", ");
        Assert.Equal(checks, Checked().Matches(said).Select(line => line.Groups[1].Value));
        Assert.Matches(@"(?m)^restarted +1$", said);
        Assert.Matches(@"(?m)^status +completed$", said);
        var order = await store.ReadOrderAsync("smoke-1");
        Assert.Equal(("completed", 2), (order.Status, order.Attempts.Count));
        Assert.NotNull(order.Attempts[^1].RunId);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    /// <summary>
    /// What azd and az would answer for this host: azd knows what the template puts out, and the sign-in's id. And what the commands would build is
    /// built: another build would write over what other stories run.
    /// </summary>
    private static async Task<string> ToolsAsync(Uri address, string key)
    {
        var outputs = Output().Matches(await File.ReadAllTextAsync(Path.Combine(AppFiles.Root, "infra", "azure", "main.bicep"))).Select(output => output.Groups[1].Value);
        var values = outputs.Append("REPROCESSING_SIGN_IN_CLIENT_ID").Select(name => $"{name}=\"{(name == "SERVICE_APP_URI" ? address.ToString().TrimEnd('/') : name)}\"");
        return $$"""
            azd() { [ "$*" = "env get-values" ] && echo '{{string.Join('\n', values)}}'; }
            az() { case "$1 $2" in 'functionapp keys') echo '{{key}}' ;; 'account get-access-token') echo token ;; *) return 9 ;; esac; }
            dotnet() { command dotnet run --no-build -c '{{AppFiles.Configuration}}' "${@:2}"; }

            """;
    }

    /// <summary>In the repository's root, as the page has it.</summary>
    private static async Task<string> RunAsync(string commands)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands])
        {
            WorkingDirectory = AppFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = new CancellationTokenSource(Limit);
        using var shell = Process.Start(start)!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(CancellationToken.None), shell.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
        }

        var said = await output;
        Assert.True(!limit.IsCancellationRequested && shell.ExitCode == 0, $"{said}{Environment.NewLine}{await error}");
        return said;
    }

    [GeneratedRegex("^## Smoke test\n(.+?)^## ", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex SmokeTest();

    [GeneratedRegex("^```console\n(.+?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex("azd env set REPROCESSING_SETTINGS '([^']+)'")]
    private static partial Regex SimulatedFailure();

    [GeneratedRegex("`doctor` says `ok` of each: ([^.]+)\\.")]
    private static partial Regex Checks();

    [GeneratedRegex("^(\\S.*?)  +ok  ", RegexOptions.Multiline)]
    private static partial Regex Checked();

    [GeneratedRegex("^output (\\w+) ", RegexOptions.Multiline)]
    private static partial Regex Output();
}
