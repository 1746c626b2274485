using Azure.Data.Tables;
using Azurite.Testing;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Tests.Store;

public sealed class TableTaskHubStoreTests(AzuriteFixture azurite) : TaskHubStoreContract, IClassFixture<AzuriteFixture>
{
    private readonly string _hub = AzuriteFixture.NewName("Hub");

    private protected override Task<ITaskHubStore> OpenAsync(int bucketCount = 1) => ReopenAsync(bucketCount);

    private protected override async Task<ITaskHubStore> ReopenAsync(int bucketCount)
    {
        var store = new TableTaskHubStore(new TableServiceClient(azurite.ConnectionString), _hub, bucketCount);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }
}
