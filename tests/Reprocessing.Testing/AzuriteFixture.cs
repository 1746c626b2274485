using Reprocessing.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Reprocessing.Testing;

/// <summary>
/// Real tables and blobs for tests: an Azurite in memory on a free port, shared by the classes of a test process, whether they take it as a class or
/// a collection fixture. There are two, taken in turn, because one uses one processor only, and a test process has its tests wait for it.
/// They end with the process. Tests keep apart by table and hub names: <see cref="NewName"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<AzuriteEmulator>>[] Shared = [NotStarted(), NotStarted()];
    private static int _taken;

    public string ConnectionString { get; private set; } = "";

    /// <summary>A name that no other test has: letters and digits, fit for a table or a hub.</summary>
    public static string NewName(string prefix = "T") => prefix + Guid.NewGuid().ToString("N")[..20];

    public async Task InitializeAsync() =>
        ConnectionString = (await Shared[(uint)(Interlocked.Increment(ref _taken) - 1) % Shared.Length].Value).ConnectionString;

    public Task DisposeAsync() => Task.CompletedTask;

    private static Lazy<Task<AzuriteEmulator>> NotStarted() =>
        new(() => AzuriteEmulator.StartAsync(
            new AzuriteOptions { Services = [AzuriteService.Blob, AzuriteService.Table], FirstPort = null }, NullLogger.Instance, CancellationToken.None));
}

/// <summary>A whole account, with the blobs and queues that a host needs beside tables: one for all tests of a process.</summary>
public sealed class AzuriteAccountFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<AzuriteEmulator>> Shared = new(() => AzuriteEmulator.StartAsync(
        new AzuriteOptions { FirstPort = null }, NullLogger.Instance, CancellationToken.None));

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync() => ConnectionString = (await Shared.Value).ConnectionString;

    public Task DisposeAsync() => Task.CompletedTask;
}
