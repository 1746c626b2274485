namespace Reprocessing.Storage.Tests.Reprocessing;

/// <summary>What an order costs in storage calls, which is what Azure bills: held, so that it does not creep up.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CostTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(5, typeof(OrderOutcome.Restarted))]
    [InlineData(0, typeof(OrderOutcome.DeadLettered))]
    public async Task Slice_of_a_thousand_orders_takes_less_than_a_tenth_of_a_call_each(int maxRetries, Type outcome)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 16);
        await storage.AddFailedAsync(1_000);
        storage.Faults.Reset();

        var outcomes = await storage.RunAsync(TestStorage.Rule(maxRetries: maxRetries));

        Assert.Equal(1_000, outcomes.Count(one => one.GetType() == outcome));

        // 16 range reads, and for the 62 or so orders of each shard three transactions of up to 25 that are restarted, or two of
        // up to 33 that are dead-lettered.
        Assert.InRange(storage.Faults.Calls, 16 + 31, 16 + 56);
    }
}
