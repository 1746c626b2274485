using Embedded.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Azurite.Testing;

/// <summary>
/// Real storage for tests: one Azurite in memory on a free port, shared by every class of a test process, whether they take it as a class or
/// a collection fixture. It ends with the process. Tests keep apart by table and hub names: <see cref="NewName"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<AzuriteProcess>> Shared = new(
        () => AzuriteProcess.StartAsync(new AzuriteOptions { Port = 0 }, NullLogger.Instance, CancellationToken.None));

    public string ConnectionString { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>A name that no other test has: letters and digits, fit for a table or a hub.</summary>
    public static string NewName(string prefix = "T") => prefix + Guid.NewGuid().ToString("N")[..20];

    public async Task InitializeAsync()
    {
        var azurite = await Shared.Value;
        (ConnectionString, Port) = (azurite.ConnectionString, azurite.Port);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
