using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>One host in Development for the tests that leave it running.</summary>
public sealed class QuickStartHost : IAsyncLifetime
{
    private readonly AzuriteAccountFixture _account = new();

    internal HostProcess Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _account.InitializeAsync();
        Host = await HostProcess.RunAsync(_account.ConnectionString, HostProcess.Alone());
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await _account.DisposeAsync();
    }
}
