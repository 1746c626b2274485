using Reprocessing.Testing;

namespace EndToEnd.Tests.Hosts;

/// <summary>The emulator that the stories run on, each in tables and a hub of its own.</summary>
[CollectionDefinition(Name)]
public sealed class Storage : IAsyncLifetime, ICollectionFixture<Storage>
{
    public const string Name = "storage";

    private readonly AzuriteFixture _azurite = new();

    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>A prefix for tables and a hub that no other test has.</summary>
    public static string NewName() => AzuriteFixture.NewName();

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync() => _azurite.DisposeAsync();
}

/// <summary>A whole account for the stories that run on a host: its engine lives in queues, blobs and tables.</summary>
public sealed class HostStorage : IAsyncLifetime
{
    private readonly AzuriteAccountFixture _azurite = new();

    public string ConnectionString => _azurite.ConnectionString;

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync() => _azurite.DisposeAsync();
}
