using Reprocessing.Storage.Tests.Outcomes;

namespace Reprocessing.Storage.Tests.Workflows;

[Collection(AzuriteTests.Name)]
public sealed class WorkflowIndexTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Life_of_an_order_is_found_and_leaves_no_note()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(new(TestStorage.Input("ORD-1")), None);
        Assert.Equal(WorkflowStatus.Pending, Assert.Single(await IndexBench.AllAsync(storage, "CustomerId = 'CUST-7'", 10)).Status);
        await storage.FailAgainAsync("ORD-1");
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await storage.Orders.BeginExternalAsync("ORD-1", "order-fulfillment-ORD-1-retry-1", RestartPoint.Beginning, None);

        var running = Assert.Single(await IndexBench.AllAsync(storage, "OrderStatus = in_progress", 10));
        Assert.Equal(("order-fulfillment-ORD-1-retry-1", WorkflowStatus.Running, 1), (running.InstanceId, running.Status, running.RetryCount));
        Assert.Equal("order-fulfillment-ORD-1", running.PreviousInstance);
        var failed = Assert.Single(await IndexBench.AllAsync(storage, "ExecutionStatus = Failed AND WorkflowType = OrderFulfillment", 10));
        Assert.Equal(("order-fulfillment-ORD-1", "picking_failed", running.InstanceId), (failed.InstanceId, failed.OrderStatus, failed.NextInstance));
        Assert.Equal(failed, await storage.Workflows.GetAsync("order-fulfillment-ORD-1", None));
        Assert.Empty(await WorkflowNotesAsync(storage));
        await IndexBench.CheckAsync(storage);
    }

    [Fact]
    public async Task Orders_that_failed_before_there_was_an_index_are_known_once_they_are_restarted()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await IndexBench.AddOwnFailedAsync(storage, 3);
        foreach (var row in (await storage.RowsAsync()).Where(row => row.RowKey.StartsWith("m|", StringComparison.Ordinal)))
        {
            await storage.Tables.Orders.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        }

        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));

        Assert.Equal(3, (await IndexBench.AllAsync(storage, "ExecutionStatus = Failed", 10)).Count);
        Assert.Equal(3, (await IndexBench.AllAsync(storage, "RetryCount = 1 AND OrderStatus = pending_retry", 10)).Count);
    }

    [Fact]
    public async Task One_workflow_of_another_system_may_fail_many_orders()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var orders = Enumerable.Range(0, 20).Select(number => new NewOrder(TestStorage.Input(TestStorage.OrderId(number)))
        {
            Failure = new(TestStorage.Report(TestStorage.OrderId(number), "wave-17"), RetryStrategy.Immediate),
        });
        Assert.All(await storage.Orders.CreateManyAsync([.. orders], None), outcome => Assert.IsType<CreateOutcome.Created>(outcome));

        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));

        Assert.Equal(20, (await IndexBench.AllAsync(storage, null, 100)).Count(record => record.PreviousInstance is null));
    }

    [Fact]
    public async Task Older_word_never_takes_the_place_of_a_newer()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var record = IndexBench.Record(1, new Random(1)) with { Status = WorkflowStatus.Running, CloseTime = null, Version = 5, OriginalInput = "{}" };
        await storage.Workflows.RecordAsync([record], None);

        await storage.Workflows.RecordAsync([record with { Status = WorkflowStatus.Pending, Version = 4 }], None);
        Assert.Equal(record, await storage.Workflows.GetAsync(record.InstanceId, None));

        var corrected = record with { Status = WorkflowStatus.Terminated, CloseTime = IndexBench.Start, Revision = 1, OriginalInput = null };
        await storage.Workflows.RecordAsync([corrected, record], None);
        Assert.Equal(corrected with { OriginalInput = "{}" }, await storage.Workflows.GetAsync(record.InstanceId, None));
        await IndexBench.CheckAsync(storage);

        await storage.Workflows.RecordAsync([record with { Status = WorkflowStatus.Pending, StartTime = IndexBench.Start.AddDays(1), Version = 6 }], None);
        await IndexBench.CheckAsync(storage);
        var listed = Assert.Single(await IndexBench.AllAsync(storage, "ExecutionStatus = Pending", 10));
        Assert.Null(listed.CloseTime);
        Assert.Null(listed.OriginalInput);
        Assert.Empty(await IndexBench.AllAsync(storage, "ExecutionStatus = Terminated", 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_query_finds_what_a_look_at_every_record_finds(int seed)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var chance = new Random(seed);
        var records = await IndexBench.FillAsync(storage, 300, chance);
        foreach (var changed in records.Where(_ => chance.Next(3) == 0).ToList())
        {
            records.Remove(changed);
            var number = int.Parse(changed.InstanceId[^6..], System.Globalization.CultureInfo.InvariantCulture);
            var later = IndexBench.Record(number, chance) with { InstanceId = changed.InstanceId, Version = 2 };
            records.Add(later.Over(changed));
        }

        await storage.Workflows.RecordAsync(records, None);
        await IndexBench.CheckAsync(storage);
        for (var go = 0; go < 120; go++)
        {
            var query = IndexBench.RandomQuery(chance);
            var filter = IndexBench.Filter(query);
            var expected = records.Where(record => filter.Matches(record)).Select(record => record.InstanceId);

            var found = await IndexBench.AllAsync(storage, query, pageSize: chance.Next(20, 200));

            Assert.True(expected.ToHashSet().SetEquals(found.Select(record => record.InstanceId)), query);
            Assert.True(found.Count == found.DistinctBy(record => record.InstanceId).Count(), query);
        }

        var all = await IndexBench.AllAsync(storage, null, 50);
        Assert.Equal(records.OrderByDescending(record => record.StartTime).ThenBy(record => record.InstanceId, StringComparer.Ordinal), all);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("t|")]
    [InlineData("i|w")]
    [InlineData("t|\n")]
    public async Task Token_of_something_else_is_refused(string token)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);

        await Assert.ThrowsAsync<FormatException>(() => storage.Workflows.QueryAsync(null, 10, token, None));
    }

    [Fact]
    public async Task Ids_and_customers_of_every_kind_are_found()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        string[] ids = ["a|b", "a!b", "a%b", "it's", "a b", new('!', 256), new('ä', 256), "ü😀", "a|b|c"];
        await storage.Workflows.RecordAsync(
            [.. ids.Select(id => new WorkflowRecord(id, "T|" + id[..1], WorkflowStatus.Running, IndexBench.Start) { CustomerId = id, Version = 1 })], None);

        await IndexBench.CheckAsync(storage);
        foreach (var id in ids)
        {
            var quoted = id.Replace("'", "''", StringComparison.Ordinal);
            Assert.Equal(id, (await storage.Workflows.GetAsync(id, None))?.InstanceId);
            Assert.Equal(id, Assert.Single(await IndexBench.AllAsync(storage, $"CustomerId = '{quoted}'", 10)).InstanceId);
            Assert.Equal(id, Assert.Single(await IndexBench.AllAsync(storage, $"InstanceId = '{quoted}'", 10)).InstanceId);
            var beginning = id.Length > 200 ? quoted[..220] : quoted;
            Assert.Equal(
                ids.Where(other => other.StartsWith(id.Length > 200 ? id[..220] : id, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                (await IndexBench.AllAsync(storage, $"InstanceId STARTS_WITH '{beginning}'", 10)).Select(record => record.InstanceId).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Page_of_thousands_of_workflows_asks_each_partition_once_whatever_the_query()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.Workflows.RecordAsync(
            [.. Enumerable.Range(0, 3_000).Select(number => IndexBench.Record(number, new Random(number)) with { Type = "T" })], None);
        string?[] queries =
        [
            null,
            "WorkflowType = 'T'",
            "WorkflowType = 'T' AND ExecutionStatus = Failed AND StartTime > now-1d",
            "StartTime > now-1h",
            "CloseTime > now-1h",
            "OrderStatus = picking_failed",
            "CustomerId = 'C|7'",
            "RetryCount >= 3",
            "InstanceId STARTS_WITH 'order-fulfillment-ORD-0001'",
        ];
        foreach (var query in queries)
        {
            storage.Faults.Reset();
            var page = await storage.Workflows.QueryAsync(query is null ? null : IndexBench.Filter(query), 50, null, None);

            // The events, and now and then a second page of a partition that has more than its share.
            Assert.InRange(storage.Faults.Calls, 1 + 8, 1 + 8 + 4);
            Assert.NotEmpty(page.Items);
        }
    }

    private static async Task<List<string>> WorkflowNotesAsync(TestStorage storage) =>
        [.. (await storage.RowsAsync()).Select(row => row.RowKey).Where(key => key.StartsWith("m|", StringComparison.Ordinal))];
}
