using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Tests.Store;

public sealed class InMemoryTaskHubStoreTests : TaskHubStoreContract
{
    private ITaskHubStore? _opened;

    private protected override Task<ITaskHubStore> OpenAsync(int bucketCount = 1) =>
        Task.FromResult(_opened = new InMemoryTaskHubStore(bucketCount));

    private protected override Task<ITaskHubStore> ReopenAsync(int bucketCount) => Task.FromResult(_opened!);
}
