namespace Reprocessing.Storage.Tests.Testing;

[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}

/// <summary>The largest of those that die at every single call, one after the other: they take as long as all the others.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteCrashTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite, crashes";
}
