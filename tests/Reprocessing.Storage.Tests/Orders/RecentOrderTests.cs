using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Tests.Testing;
using Reprocessing.Testing;

namespace Reprocessing.Storage.Tests.Orders;

/// <summary>A workflow's steps go by what this process wrote last, and never say anything that storage would not.</summary>
[Collection(AzuriteTests.Name)]
public sealed class RecentOrderTests(AzuriteFixture azurite)
{
    private const string Id = "ORD-1";
    private const string Workflow = "order-fulfillment-ORD-1";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Each_step_after_the_first_is_one_storage_call()
    {
        var storage = await BegunAsync();
        storage.Faults.Reset();

        foreach (var stage in Enum.GetValues<Stage>())
        {
            Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.CompleteStageAsync(Id, Workflow, stage, None));
        }

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.CompleteAsync(Id, Workflow, None));
        Assert.Equal(Enum.GetValues<Stage>().Length + 1, storage.Faults.Calls);
        Assert.Equal("completed", (await storage.GetAsync(Id)).Status);
        Assert.Equal(
            Enumerable.Range(0, Enum.GetValues<Stage>().Length + 3),
            (await storage.Orders.ReadTimelineAsync(Id, 100, null, None))!.Items.Select(told => told.Sequence).Order());
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Step_after_another_process_changed_the_order_sees_the_change()
    {
        var storage = await BegunAsync();
        var elsewhere = new OrderStore(storage.Tables, storage.Time);
        await elsewhere.CancelAsync(Id, new("tester", "The customer changed their mind."), None);

        var step = await storage.Orders.CompleteStageAsync(Id, Workflow, Stage.Validate, None);

        Assert.Equal(Refusal.Ended, Assert.IsType<ChangeOutcome.Refused>(step).Reason);
        Assert.Equal("cancelled", (await storage.GetAsync(Id)).Status);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Step_that_another_process_has_done_is_not_done_twice()
    {
        var storage = await BegunAsync();
        var elsewhere = new OrderStore(storage.Tables, storage.Time);
        await elsewhere.CompleteStageAsync(Id, Workflow, Stage.Validate, None);
        var version = (await storage.GetAsync(Id)).Version;

        var step = await storage.Orders.CompleteStageAsync(Id, Workflow, Stage.Validate, None);

        Assert.IsType<ChangeOutcome.Unchanged>(step);
        Assert.Equal(version, (await storage.GetAsync(Id)).Version);
    }

    private async Task<TestStorage> BegunAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(new(TestStorage.Input(Id)), None);
        Assert.IsType<BeginOutcome.Begun>(await storage.Orders.BeginAttemptAsync(Id, Workflow, RestartPoint.Beginning, None));
        return storage;
    }
}
