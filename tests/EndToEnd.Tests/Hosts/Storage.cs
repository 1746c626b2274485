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
