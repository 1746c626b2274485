namespace Reprocessing.Storage.Tests.Starts;

[Collection(AzuriteTests.Name)]
public sealed class PendingStartsTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Start_that_was_lost_in_a_crash_is_found_by_the_next_run_until_its_workflow_begins()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(3);
        await storage.RunAsync(TestStorage.Rule());
        storage.Time.Advance(TimeSpan.FromMinutes(2));
        await storage.Orders.CreateAsync(new(TestStorage.Input("YOUNG")), None);
        await storage.Orders.BeginOutsideAsync("ORD-00001", WorkflowIds.For("ORD-00001", 0, 1), RestartPoint.Beginning, None);

        var starts = await storage.Starts.ListAsync(storage.Time.Now.AddMinutes(-1), 100, null, None);

        Assert.Equal(["ORD-00000", "ORD-00002"], starts.Items.Select(start => start.OrderId).Order());
        Assert.All(starts.Items, start => Assert.Equal((WorkflowIds.For(start.OrderId, 0, 1), 1, "SKU-1"), (start.WorkflowId, start.Attempt, start.Input.Items[0].Sku)));
        Assert.Null(starts.Next);
    }

    [Fact]
    public async Task A_start_is_the_same_when_its_order_comes_in_comes_in_again_and_is_taken_up_by_a_run()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var decided = storage.Time.Now;
        var first = Assert.IsType<CreateOutcome.Created>(await storage.Orders.CreateAsync(new(TestStorage.Input("ORD-1")), None)).Start!;
        storage.Time.Advance(TimeSpan.FromMinutes(2));

        var again = Assert.IsType<CreateOutcome.AlreadyThere>(await storage.Orders.CreateAsync(new(TestStorage.Input("ORD-1")), None)).Start!;
        var taken = Assert.Single((await storage.Starts.ListAsync(storage.Time.Now, 100, null, None)).Items);

        Assert.Equal(decided, first.DecidedAt);
        Assert.Equal(StorageJson.Write(first), StorageJson.Write(again));
        Assert.Equal(StorageJson.Write(first), StorageJson.Write(taken));
    }

    [Fact]
    public async Task A_start_that_nobody_begins_is_listed_less_often_and_becomes_a_failed_attempt_that_runs_take()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        await storage.RunAsync(TestStorage.Rule());
        storage.Time.Advance(TimeSpan.FromMinutes(10));
        var start = Assert.Single(await ListAsync());

        await storage.Starts.DeferAsync(start, "The receiver answered 503.", null, None);
        Assert.Empty(await ListAsync());
        storage.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Empty(await ListAsync());
        storage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(StorageJson.Write(start), StorageJson.Write(Assert.Single(await ListAsync())));
        Assert.True(await storage.Starts.FailAsync(start, "It was late.", RetryStrategy.Default, None));
        Assert.False(await storage.Starts.FailAsync(start, "It was late.", RetryStrategy.Default, None));
        await storage.Starts.DeferAsync(start, null, null, None);

        Assert.Empty(await ListAsync());
        var order = (await storage.Orders.GetAsync(start.OrderId, None))!;
        Assert.Equal(("not_acknowledged", "It was late. The receiver answered 503."), (order.Status, order.Failure?.Reason));
        Assert.Equal((1, start.WorkflowId), (order.RetryCount, order.Attempts[^1].Failure?.WorkflowId));
        storage.Time.Advance(TimeSpan.FromDays(1));
        Assert.Single(await storage.RunAsync(TestStorage.Rule("run-2")));

        async Task<IReadOnlyList<OrderStart>> ListAsync() => (await storage.Starts.ListAsync(storage.Time.Now, 10, null, None)).Items;
    }

    [Fact]
    public async Task Starts_are_listed_in_pages()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(25);
        await storage.RunAsync(TestStorage.Rule());

        List<string> listed = [];
        string? token = null;
        do
        {
            var page = await storage.Starts.ListAsync(storage.Time.Now.AddSeconds(1), 10, token, None);
            listed.AddRange(page.Items.Select(start => start.OrderId));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(ids, listed.Order());
    }

    [Fact]
    public async Task Order_that_cannot_be_read_does_not_hold_up_the_others()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.AddFailedAsync(3);
        await storage.RunAsync(TestStorage.Rule());
        await storage.Tables.Orders.UpdateEntityAsync(new TableEntity("s00", RowKeys.Order("ORD-00001")) { [OrderRows.Data] = "{" }, ETag.All);

        var starts = await storage.Starts.ListAsync(storage.Time.Now.AddSeconds(1), 10, null, None);

        Assert.Equal(["ORD-00000", "ORD-00002"], starts.Items.Select(start => start.OrderId));
    }
}
