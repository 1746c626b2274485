using System.Diagnostics;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Azurite;

namespace Reprocessing.LocalHost.Tests.Azurite;

public sealed class AzuriteProcessTests
{
    private const string Account = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_started_emulator_stores_rows_and_is_gone_after_dispose()
    {
        var azurite = await StartAsync(new AzuriteOptions { FirstPort = null });
        await using (azurite)
        {
            Assert.True(azurite.IsOwned);
            await AddRowAsync(ConnectionString(azurite), "row");
            Assert.Equal("row", await ReadRowAsync(ConnectionString(azurite)));
        }

        Assert.False(await AzuriteProbe.AnswersAsync(azurite.Port, CancellationToken.None));
    }

    [Fact]
    public async Task What_answers_on_the_port_is_used_and_left_running()
    {
        await using var first = await StartAsync(new AzuriteOptions { FirstPort = null });
        await using (var second = await StartAsync(new AzuriteOptions { FirstPort = first.Port - (int)AzuriteService.Table }))
        {
            Assert.False(second.IsOwned);
            await AddRowAsync(ConnectionString(second), "shared");
        }

        Assert.Equal("shared", await ReadRowAsync(ConnectionString(first)));
    }

    [Fact]
    public async Task Two_owners_that_start_at_once_share_one_emulator()
    {
        var port = await FreePortAsync();

        var both = await Task.WhenAll(StartAsync(new AzuriteOptions { FirstPort = port - (int)AzuriteService.Table }), StartAsync(new AzuriteOptions { FirstPort = port - (int)AzuriteService.Table }));

        Assert.Single(both, azurite => azurite.IsOwned);
        Assert.All(both, azurite => Assert.Equal(port, azurite.Port));
        foreach (var azurite in both)
        {
            await azurite.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_in_a_folder_survive_a_stop()
    {
        var folder = Directory.CreateTempSubdirectory("azurite-test-").FullName;
        await using (var first = await StartAsync(new AzuriteOptions { FirstPort = null, Location = folder }))
        {
            await AddRowAsync(ConnectionString(first), "kept");
        }

        await using (var second = await StartAsync(new AzuriteOptions { FirstPort = null, Location = folder }))
        {
            Assert.Equal("kept", await ReadRowAsync(ConnectionString(second)));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_emulator_ends_when_its_owner_dies()
    {
        var launch = await LaunchAsync(new AzuriteOptions { FirstPort = null });

        // All that a child sees of its owner's death.
        launch.Process.StandardInput.Close();

        await launch.Process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(launch.Process.HasExited);
    }

    [Fact]
    public async Task What_a_killed_owner_has_left_is_ended_by_the_next()
    {
        var port = await FreePortAsync();
        var options = new AzuriteOptions { FirstPort = port - (int)AzuriteService.Table, StopTimeout = TimeSpan.FromSeconds(1) };
        // Its input stays open: it does not learn that it has no owner.
        var left = await LaunchAsync(options);
        File.WriteAllText(PortOwnership.PathOf(port), PortOwnership.Describe(left.Process));

        await using var next = await StartAsync(options);

        Assert.True(left.Process.HasExited);
        Assert.Equal((true, port), (next.IsOwned, next.Port));
        await AddRowAsync(ConnectionString(next), "row");
        left.Abandon();
    }

    [Fact]
    public async Task The_last_rows_of_a_killed_owner_are_there_for_the_next()
    {
        var folder = Directory.CreateTempSubdirectory("azurite-test-").FullName;
        var port = await FreePortAsync();
        var options = new AzuriteOptions { FirstPort = port - (int)AzuriteService.Table, Location = folder };
        var left = await LaunchAsync(options);
        File.WriteAllText(PortOwnership.PathOf(port), PortOwnership.Describe(left.Process));
        await AddRowAsync($"{Account}TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;", "kept");

        left.Process.StandardInput.Close();
        await using (var next = await StartAsync(options))
        {
            Assert.True(next.IsOwned);
            Assert.Equal("kept", await ReadRowAsync(ConnectionString(next)));
        }

        left.Abandon();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_process_that_got_the_id_of_an_emulator_is_left_alone()
    {
        var port = await FreePortAsync();
        using var other = Process.GetProcessById(Environment.ProcessId);
        File.WriteAllText(PortOwnership.PathOf(port), $"{other.Id} 2020-01-01T00:00:00Z");

        await using var next = await StartAsync(new AzuriteOptions { FirstPort = port - (int)AzuriteService.Table, StopTimeout = TimeSpan.FromSeconds(1) });

        Assert.True(next.IsOwned);
    }

    [Fact]
    public async Task Ctrl_C_in_the_owners_terminal_does_not_stop_the_emulator_first()
    {
        Assert.False(OperatingSystem.IsWindows(), "Needs POSIX signals.");
        await using var azurite = await StartAsync(new AzuriteOptions { FirstPort = null });

        using var kill = Process.Start("kill", ["-INT", azurite.ProcessId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();

        await AddRowAsync(ConnectionString(azurite), "written while closing");
        Assert.Equal("written while closing", await ReadRowAsync(ConnectionString(azurite)));
    }

    [Fact]
    public async Task An_emulator_that_died_can_still_be_disposed_of()
    {
        var azurite = await StartAsync(new AzuriteOptions { FirstPort = null });
        using var process = Process.GetProcessById(azurite.ProcessId!.Value);
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);

        await azurite.DisposeAsync();

        Assert.False(await AzuriteProbe.AnswersAsync(azurite.Port, CancellationToken.None));
    }

    [Fact]
    public async Task An_emulator_that_cannot_start_says_why()
    {
        var file = Path.GetTempFileName();

        var error = await Assert.ThrowsAsync<AzuriteException>(() => StartAsync(new AzuriteOptions { FirstPort = null, Location = file }));

        Assert.Contains("EEXIST", error.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    private static Task<AzuriteProcess> StartAsync(AzuriteOptions options)
        => AzuriteProcess.StartAsync(AzuriteService.Table, options, NullLogger.Instance, CancellationToken.None);

    private static async Task<AzuriteLaunch> LaunchAsync(AzuriteOptions options)
    {
        var launch = new AzuriteLaunch(AzuriteService.Table, options, await AzuriteInstallation.EnsureAsync(NullLogger.Instance, CancellationToken.None));
        await launch.WaitForPortAsync(CancellationToken.None);
        return launch;
    }

    private static async Task<int> FreePortAsync()
    {
        await using var azurite = await StartAsync(new AzuriteOptions { FirstPort = null });
        return azurite.Port;
    }

    private static string ConnectionString(AzuriteProcess azurite) => Account + azurite.Endpoint;

    private static async Task AddRowAsync(string connection, string value)
    {
        var table = new TableClient(connection, "Rows");
        await table.CreateIfNotExistsAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["value"] = value });
    }

    private static async Task<string?> ReadRowAsync(string connection)
        => (await new TableClient(connection, "Rows").GetEntityAsync<TableEntity>("p", "r")).Value.GetString("value");
}
