using Azurite.Testing;

namespace Reprocessing.Storage.Tests.Testing;

[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
