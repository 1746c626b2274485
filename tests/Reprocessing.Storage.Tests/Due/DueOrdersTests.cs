namespace Reprocessing.Storage.Tests.Due;

[Collection(AzuriteTests.Name)]
public sealed class DueOrdersTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Slices_give_the_oldest_first_over_all_shards_and_each_order_once()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(120);

        List<List<string>> slices = [];
        string? cursor = null;
        DueSlice slice;
        do
        {
            slice = await storage.QueryAsync(limit: 50, cursor: cursor);
            slices.Add(Ids(slice));
            cursor = slice.Cursor;
        }
        while (slice.Count == 50);

        Assert.Equal([50, 50, 20], slices.Select(one => one.Count));
        Assert.Equal(ids[..50].Order(), slices[0].Order());
        Assert.Equal(ids[50..100].Order(), slices[1].Order());
        Assert.Equal(ids[100..].Order(), slices[2].Order());
        Assert.Equal(0, (await storage.QueryAsync(limit: 50, cursor: cursor)).Count);
    }

    [Fact]
    public async Task Query_reads_each_shard_once_and_no_order()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(100);
        storage.Faults.Reset();

        await storage.QueryAsync(limit: 80);

        Assert.Equal(4, storage.Faults.Calls);
    }

    [Fact]
    public async Task Statuses_of_the_settings_are_found_though_they_were_permanent_when_the_orders_failed()
    {
        FailureStatuses.Add(FailureStatuses.ParseOwn("storage_strike:network:transient,storage_hold:validation:permanent").Statuses);
        Assert.Contains("storage_strike", FailureStatuses.RetriedByDefault);
        Assert.DoesNotContain("storage_hold", FailureStatuses.RetriedByDefault);
        Assert.Null(FilterExpression.Parse("failureStatus IN (storage_strike, storage_hold)", DeadLetterFields.Catalog).Error);
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var (id, status) in ((string, string)[])[("A", "storage_strike"), ("B", "storage_hold"), ("C", "picking_failed")])
        {
            var report = new FailureReport(id, status, $"w-{id}", storage.Time.Now);
            Assert.IsType<CreateOutcome.Created>(await storage.Orders.CreateAsync(new(TestStorage.Input(id)) { Failure = new(report, RetryStrategy.Immediate) }, None));
        }

        FailureStatuses.Add(FailureStatuses.ParseOwn("storage_strike:network:permanent,storage_hold:validation:transient").Statuses);
        var rule = new ReprocessingRule("run-1", 5, ["storage_strike", "storage_hold"]);

        Assert.Equal(["A", "B"], Ids(await storage.QueryAsync(rule, limit: 10)).Order());
        Assert.All(await storage.RunAsync(rule), outcome => Assert.IsType<OrderOutcome.Restarted>(outcome));
        Assert.Empty(Ids(await storage.QueryAsync(rule, limit: 10)));
    }

    [Fact]
    public async Task More_statuses_than_the_service_compares_in_a_query_are_told_apart_here()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var wanted = await storage.AddFailedAsync(3);
        await storage.AddFailedAsync(3, first: 3, status: "packing_failed");
        var rule = TestStorage.Rule() with { FailureStatuses = ["picking_failed", .. Enumerable.Range(0, 20).Select(number => $"own_{number}")] };
        storage.Faults.Reset();

        Assert.Equal(wanted, Ids(await storage.QueryAsync(rule)).Order());
        Assert.Equal(3, (await storage.Due.CountAsync(rule, 10, None)).Count);
        Assert.InRange(storage.Faults.MostComparisons, 1, 15);
    }

    [Fact]
    public async Task Uneven_shards_are_read_on_page_by_page()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        List<string> ids = [.. Enumerable.Range(0, 2_000).Select(TestStorage.OrderId).Where(id => storage.Tables.PartitionOf(id) == "s02").Take(150)];
        await storage.Orders.CreateManyAsync(
            ids.ConvertAll(id => new NewOrder(TestStorage.Input(id)) { Failure = new(TestStorage.Report(id), RetryStrategy.Immediate) }), None);

        Assert.Equal(ids.Order().Take(130), Ids(await storage.QueryAsync(limit: 130)).Order());
    }

    [Fact]
    public async Task Order_is_due_from_its_time_on()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(
            new(TestStorage.Input("ORD-1"))
            {
                Failure = new(
                    TestStorage.Report("ORD-1", failedAt: storage.Time.Now),
                    RetryStrategy.Parse(new() { Strategy = "fixed", BaseDelay = TimeSpan.FromMinutes(1) })),
            },
            None);

        storage.Time.Now = ManualTime.Start.AddMinutes(1).AddTicks(-1);
        Assert.Equal(0, (await storage.QueryAsync()).Count);
        storage.Time.Now = ManualTime.Start.AddMinutes(1);
        Assert.Equal(1, (await storage.QueryAsync()).Count);
    }

    [Fact]
    public async Task Order_that_this_run_restarted_and_that_failed_again_is_left_to_the_next_run()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        await storage.RunAsync(TestStorage.Rule());
        await storage.FailAgainAsync("ORD-00000");

        Assert.Equal(0, (await storage.QueryAsync()).Count);
        Assert.Equal(0, (await storage.Due.CountAsync(TestStorage.Rule(), 10, None)).Count);
        Assert.Equal(1, (await storage.QueryAsync(TestStorage.Rule("run-2"))).Count);
    }

    [Fact]
    public async Task Only_the_asked_for_statuses_are_found_and_permanent_ones_only_by_name()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(2, first: 0, status: "picking_failed");
        await storage.AddFailedAsync(3, first: 10, status: "wave_timeout");
        await storage.AddFailedAsync(4, first: 20, status: "validation_failed");
        await storage.AddFailedAsync(5, first: 30, status: "address_invalid");

        Assert.Equal(5, (await storage.QueryAsync()).Count);
        Assert.Equal(2, (await storage.QueryAsync(TestStorage.Rule() with { FailureStatuses = ["picking_failed"] })).Count);
        Assert.Equal(7, (await storage.QueryAsync(TestStorage.Rule() with { FailureStatuses = ["wave_timeout", "validation_failed"] })).Count);
        Assert.Equal(0, (await storage.QueryAsync(TestStorage.Rule() with { FailureStatuses = ["sneezed"] })).Count);
        var permanent = TestStorage.Rule() with { FailureStatuses = ["address_invalid"] };
        Assert.Equal(5, (await storage.RunAsync(permanent)).OfType<OrderOutcome.Restarted>().Count());
    }

    [Fact]
    public async Task Chunks_hold_few_shards_and_no_more_than_asked_for()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(200);

        var chunks = (await storage.QueryAsync(chunkSize: 30)).Chunks;

        Assert.Equal(ids.Order(), chunks.SelectMany(chunk => chunk.Orders).Select(order => order.OrderId).Order());
        Assert.All(chunks, chunk => Assert.InRange(chunk.Orders.Count, 1, 30));
        Assert.InRange(chunks.Count, 7, 11);
        Assert.All(chunks, chunk => Assert.InRange(chunk.Orders.Select(order => storage.Tables.PartitionOf(order.OrderId)).Distinct().Count(), 1, 2));
    }

    [Fact]
    public async Task Count_stops_at_its_bound_and_tells_the_oldest()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(30);
        var oldest = (await storage.QueryAsync()).Chunks.SelectMany(chunk => chunk.Orders).Min(order => order.DueTicks);

        Assert.Equal(new DueBacklog(30, new(oldest, TimeSpan.Zero)), await storage.Due.CountAsync(TestStorage.Rule(), 101, None));
        Assert.Equal(new DueBacklog(0, null), await storage.Due.CountAsync(TestStorage.Rule("run-2") with { FailureStatuses = ["wave_timeout"] }, 101, None));
        Assert.Equal(12, (await storage.Due.CountAsync(TestStorage.Rule(), 12, None)).Count);
    }

    [Fact]
    public async Task Cursor_that_was_not_given_out_is_refused()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        await Assert.ThrowsAsync<FormatException>(() => storage.QueryAsync(cursor: "' or 1 eq 1"));
    }

    private static List<string> Ids(DueSlice slice) => [.. slice.Chunks.SelectMany(chunk => chunk.Orders).Select(order => order.OrderId)];
}
