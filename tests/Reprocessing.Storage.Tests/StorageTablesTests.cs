namespace Reprocessing.Storage.Tests;

[Collection(AzuriteTests.Name)]
public sealed class StorageTablesTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Tables_are_made_once_by_however_many_hosts()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new StorageTables(storage.Service, storage.Options).CreateAsync(None)));

        Assert.Equal("settings shards\n  Count: 4\n", await storage.DumpAsync());
    }

    [Fact]
    public async Task Changed_number_of_shards_is_refused_and_says_what_to_do()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var changed = new StorageOptions { TablePrefix = storage.Options.TablePrefix, Shards = 8 };

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => new StorageTables(storage.Service, changed).CreateAsync(None));

        Assert.Equal(
            $"Table {changed.TablePrefix}Orders spreads its orders over 4 shards, but the settings say 8. Set them to 4, or use another table prefix.",
            exception.Message);
    }

    /// <summary>Frozen: stored orders are looked for where this says.</summary>
    [Theory]
    [InlineData("ORD-00000", "s06")]
    [InlineData("ORD-00001", "s13")]
    [InlineData("注文-🚚", "s07")]
    public async Task Order_is_in_the_shard_of_its_id(string orderId, string partition)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 16);

        Assert.Equal(partition, storage.Tables.PartitionOf(orderId));
        Assert.Equal(16, Enumerable.Range(0, 1_000).Select(number => storage.Tables.PartitionOf(number.ToString(CultureInfo.InvariantCulture))).Distinct().Count());
    }
}
