using System.Net;
using System.Net.Sockets;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>What cannot run ends with exit code 1 and one line that says why.</summary>
public sealed class BadInputTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_without_an_app() => await RefusesAsync("has no functions.metadata");

    [Fact]
    public async Task A_folder_that_is_not_there() => await RefusesAsync("There is no folder", folder: Path.Combine(_folder, "none"));

    [Theory]
    [InlineData("host.json", "{ \"version\": ", "host.json is broken: ")]
    [InlineData("host.json", "{ \"version\": \"1.0\" }", "host.json is broken: its version must be \"2.0\".")]
    [InlineData("host.json", "{ \"version\": \"2.0\", \"functionTimeout\": \"soon\" }", "functionTimeout soon")]
    [InlineData("host.json", null, "has no host.json")]
    [InlineData("local.settings.json", "{ \"Values\": [] }", "local.settings.json is broken: Values is not an object.")]
    [InlineData("local.settings.json", "{ \"IsEncrypted\": true }", "local.settings.json is encrypted")]
    [InlineData("local.settings.json", "{ \"Values\": { \"FUNCTIONS_WORKER_RUNTIME\": \"node\" } }", "FUNCTIONS_WORKER_RUNTIME is node")]
    [InlineData("worker.config.json", null, "has no worker.config.json")]
    [InlineData("worker.config.json", "{ \"description\": { \"defaultWorkerPath\": \"No.dll\" } }", "No.dll, which does not exist")]
    [InlineData("functions.metadata", "nonsense", "functions.metadata is broken: ")]
    [InlineData("functions.metadata", "[{ \"name\": \"F\", \"bindings\": [] }]", "function F has 0 triggers")]
    public async Task A_broken_file_of_the_app(string file, string? content, string message)
    {
        AppCopy.Into(_folder);
        if (content is null)
        {
            File.Delete(Path.Combine(_folder, file));
        }
        else
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, file), content);
        }

        await RefusesAsync(message, new() { ["FUNCTIONS_WORKER_RUNTIME"] = null });
    }

    [Theory]
    [InlineData("\"type\": \"entityTrigger\"", "\"type\": \"queueTrigger\"", "Function Counter has binding dispatcher of type queueTrigger, which this host does not have")]
    [InlineData("\"type\": \"durableClient\"", "\"type\": \"blob\"", "of type blob, which this host does not have")]
    [InlineData("%TickSchedule%", "%NoSchedule%", "Function Tick refers to %NoSchedule%, and there is no setting NoSchedule.")]
    [InlineData("%TickSchedule%", "every minute", "every minute")]
    [InlineData("echo/{id:int}", "echo/{id:int", "Function Echo has a broken route")]
    [InlineData("echo/{id:int}", "echo/{id:nonsense}", "nonsense")]
    public async Task A_binding_that_cannot_be_served(string good, string bad, string message)
    {
        AppCopy.Into(_folder, "functions.metadata", good, bad);

        await RefusesAsync(message);
    }

    [Fact]
    public async Task A_worker_that_dies_at_its_start_time_and_again()
    {
        AppCopy.Into(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "Worker.dll"), "no assembly");
        await File.WriteAllTextAsync(Path.Combine(_folder, "worker.config.json"), """{ "description": { "defaultExecutablePath": "dotnet", "defaultWorkerPath": "Worker.dll" } }""");

        await RefusesAsync("The worker died 3 times in a row while it started.");
    }

    [Fact]
    public async Task A_port_in_use()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await RefusesAsync($"Port {port} of 127.0.0.1 cannot be listened at", new() { ["FUNCTIONS_HTTP_PORT"] = $"{port}" }, HostProcess.AppFolder, port);
    }

    [Fact]
    public async Task Storage_that_is_away()
        => await RefusesAsync("does not answer at http://127.0.0.1:1", new() { ["AzureWebJobsStorage"] = account.ConnectionString.Replace("127.0.0.1", "127.0.0.1:1/", StringComparison.Ordinal) }, HostProcess.AppFolder);

    [Fact]
    public async Task Storage_that_is_not_set()
        => await RefusesAsync("AzureWebJobsStorage", new() { ["AzureWebJobsStorage"] = "" }, HostProcess.AppFolder);

    [Fact]
    public async Task A_command_line_that_makes_no_sense()
    {
        await using var host = HostProcess.Start(account.ConnectionString, null, HostProcess.AppFolder, "--prot", "1");

        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("--prot", host.Everything, StringComparison.Ordinal);
    }

    private async Task RefusesAsync(string message, Dictionary<string, string?>? settings = null, string? folder = null, int? port = null)
    {
        var all = HostProcess.Alone();
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        await using var host = HostProcess.Start(account.ConnectionString, all, folder ?? _folder, port is null ? [] : ["--port", $"{port}"]);

        Assert.Equal(1, await host.ExitAsync());
        var line = Assert.Single(host.Errors);
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Output, l => l.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }
}
