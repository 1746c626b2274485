namespace Reprocessing.Storage.Tests.Reprocessing;

[Collection(AzuriteTests.Name)]
public sealed class ReprocessorTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Restart_gives_the_new_workflow_the_input_whole()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);

        var outcome = Assert.IsType<OrderOutcome.Restarted>(Assert.Single(await storage.RunAsync(TestStorage.Rule())));

        Assert.Equal("order-fulfillment-ORD-00000-retry-1", outcome.WorkflowId);
        Assert.Equal((1, 0, "SKU-1"), (outcome.Start!.Attempt, outcome.Start.Generation, outcome.Start.Input.Items[0].Sku));
        var order = await storage.GetAsync("ORD-00000");
        Assert.Equal(("pending_retry", 1, "run-1"), (order.Status, order.RetryCount, order.LastRun!.RunId));
        Assert.Equal(["wms-ORD-00000", "order-fulfillment-ORD-00000-retry-1"], order.Attempts.Select(attempt => attempt.WorkflowId));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Five_failures_are_restarted_and_the_sixth_makes_a_dead_letter_with_the_whole_history()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        for (var run = 1; run <= 5; run++)
        {
            Assert.IsType<OrderOutcome.Restarted>(Assert.Single(await storage.RunAsync(TestStorage.Rule($"run-{run}"))));
            storage.Time.Advance(TimeSpan.FromMinutes(15));
            await storage.FailAgainAsync("ORD-00000");
        }

        Assert.IsType<OrderOutcome.DeadLettered>(Assert.Single(await storage.RunAsync(TestStorage.Rule("run-6"))));

        Assert.Equal("dead_letter", (await storage.GetAsync("ORD-00000")).Status);
        var entry = (await storage.DeadLetters.GetAsync("ORD-00000", None))!.Entry;
        Assert.Equal(("wms-ORD-00000", "picking_failed", "no picker", 5, "run-6"), (entry.OriginalWorkflowId, entry.FinalFailureStatus, entry.FinalFailureReason, entry.TotalRetryAttempts, entry.RunId));
        Assert.Equal([0, 1, 2, 3, 4, 5], entry.RetryHistory.Select(attempt => attempt.Number));
        Assert.All(entry.RetryHistory, attempt => Assert.Equal("no picker", attempt.Failure!.Reason));
        Assert.Equal(new OrderSnapshot(Priority.NextDay, ManualTime.Start.AddDays(1), 1, 3.0m, "Springfield", "IL"), entry.OrderSnapshot);
        Assert.Equal(0, (await storage.QueryAsync(TestStorage.Rule("run-7"))).Count);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Chunk_of_many_orders_takes_few_transactions()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.AddFailedAsync(99);
        var chunk = Assert.Single((await storage.QueryAsync()).Chunks);
        storage.Faults.Reset();

        var outcomes = await storage.Reprocessor.ProcessChunkAsync(TestStorage.Rule(), chunk.Orders, None);

        Assert.Equal(new ItemTally(99, Started: 99), ItemTally.Of(outcomes.Select(ItemResult.Of)));

        // Four rows an order with what the index of workflows is told, 25 orders a transaction; the due rows were at hand from the query.
        Assert.Equal(4, storage.Faults.Calls);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Every_order_has_one_outcome_in_the_order_asked()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(40);
        var rule = TestStorage.Rule();
        var chunk = (await storage.QueryAsync(rule)).Chunks.SelectMany(one => one.Orders).ToList();

        var outcomes = await storage.OtherProcess().ProcessChunkAsync(rule, chunk, None);

        Assert.Equal(chunk.Select(order => order.OrderId), outcomes.Select(outcome => outcome.OrderId));
        Assert.True(ItemTally.Of(outcomes.Select(ItemResult.Of)).IsBalanced);
    }

    [Fact]
    public async Task Orders_that_changed_since_the_query_are_skipped_with_their_reason_and_the_others_go_on()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(8);
        var rule = TestStorage.Rule();
        var chunk = Assert.Single((await storage.QueryAsync(rule)).Chunks).Orders;

        // 0 cancelled, 1 noted (changed, still due), 2 restarted by another run, 3 leased, 4 failed again and not yet due.
        await storage.Orders.CancelAsync(ids[0], new("tester", "asked"), None);
        await storage.NoteAsync(ids[1], "look at me");
        await storage.OtherProcess().ProcessChunkAsync(TestStorage.Rule("run-0"), [chunk[2]], None);
        await LeaseAsync(storage, ids[3]);
        await storage.OtherProcess().ProcessChunkAsync(TestStorage.Rule("run-0"), [chunk[4]], None);
        await storage.FailAgainAsync(ids[4]);
        storage.Time.Advance(TimeSpan.FromMinutes(-1));

        var outcomes = await storage.Reprocessor.ProcessChunkAsync(rule, chunk, None);

        Assert.Equal(new OrderOutcome.Skipped(ids[0], SkipReason.NotFailed), outcomes[0]);
        Assert.Equal(new OrderOutcome.Skipped(ids[1], SkipReason.Changed), outcomes[1]);
        Assert.Equal(new OrderOutcome.Skipped(ids[2], SkipReason.ActiveWorkflow), outcomes[2]);
        Assert.Equal(new OrderOutcome.Skipped(ids[3], SkipReason.Leased), outcomes[3]);
        Assert.Equal(new OrderOutcome.Skipped(ids[4], SkipReason.NotDue), outcomes[4]);
        Assert.All(outcomes.Skip(5), outcome => Assert.IsType<OrderOutcome.Restarted>(outcome));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Order_with_broken_data_is_an_error_of_its_own()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(5);
        await BreakAsync(storage, ids[1], OrderRows.Data, "{");
        await BreakAsync(storage, ids[2], OrderRows.Input, "[]");
        await BreakAsync(storage, ids[3], OrderRows.Data, """{"orderId":"ORD-00003"}""");

        var outcomes = await storage.RunAsync(TestStorage.Rule());

        Assert.Equal(new ItemTally(5, Started: 2, Failed: 3), ItemTally.Of(outcomes.Select(ItemResult.Of)));
        Assert.Equal(ids[1..4], outcomes.OfType<OrderOutcome.Failed>().Select(outcome => outcome.OrderId));
        Assert.Contains("cannot be read", outcomes.OfType<OrderOutcome.Failed>().First().Message, StringComparison.Ordinal);
        Assert.Equal(3, (await storage.QueryAsync(TestStorage.Rule("run-2"))).Count);
    }

    [Fact]
    public async Task Order_whose_row_is_gone_is_an_error_of_its_own()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.AddFailedAsync(3);
        await storage.Tables.Orders.DeleteEntityAsync("s00", RowKeys.Order("ORD-00001"), ETag.All);

        var outcomes = await storage.RunAsync(TestStorage.Rule());

        Assert.Equal(new OrderOutcome.Failed("ORD-00001", "The order's row is missing."), outcomes[1]);
        Assert.Equal(new ItemTally(3, Started: 2, Failed: 1), ItemTally.Of(outcomes.Select(ItemResult.Of)));
    }

    [Fact]
    public async Task Order_that_storage_refuses_is_an_error_of_its_own()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(5);
        var order = await storage.GetAsync(ids[1]);
        await BreakAsync(storage, ids[1], OrderRows.Data, StorageJson.Write(order with { CustomerId = new('x', 40_000) }));

        var outcomes = await storage.RunAsync(TestStorage.Rule());

        Assert.Equal(new ItemTally(5, Started: 4, Failed: 1), ItemTally.Of(outcomes.Select(ItemResult.Of)));
        Assert.StartsWith("Storage refuses the change: ", Assert.IsType<OrderOutcome.Failed>(outcomes[1]).Message, StringComparison.Ordinal);
        Assert.Equal("picking_failed", (await storage.GetAsync(ids[1])).Status);
    }

    [Fact]
    public async Task Chunk_executed_twice_reports_the_same_and_does_nothing_twice()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(20);
        foreach (var id in Enumerable.Range(0, 5).Select(TestStorage.OrderId))
        {
            await storage.OtherProcess().ProcessChunkAsync(TestStorage.Rule("run-0"), [new(id, Ticks(await storage.GetAsync(id)))], None);
            await storage.FailAgainAsync(id);
        }

        var rule = TestStorage.Rule(maxRetries: 1);
        var chunk = (await storage.QueryAsync(rule)).Chunks.SelectMany(one => one.Orders).ToList();

        var first = await storage.Reprocessor.ProcessChunkAsync(rule, chunk, None);
        var rows = await storage.DumpAsync();
        var second = await storage.OtherProcess().ProcessChunkAsync(rule, chunk, None);

        Assert.Equal(new ItemTally(20, Started: 15, DeadLettered: 5), ItemTally.Of(first.Select(ItemResult.Of)));
        Assert.Equal(ItemTally.Of(first.Select(ItemResult.Of)), ItemTally.Of(second.Select(ItemResult.Of)));
        Assert.Equal(Starts(first), Starts(second));
        Assert.Equal(rows, await storage.DumpAsync());
    }

    [Fact]
    public async Task Chunk_executed_again_after_its_workflows_ran_on_still_reports_what_it_had_done()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(4);
        var rule = TestStorage.Rule();
        var chunk = Assert.Single((await storage.QueryAsync(rule)).Chunks).Orders;
        await storage.Reprocessor.ProcessChunkAsync(rule, chunk, None);

        // 0 has not begun, 1 runs, 2 failed again, 3 failed again and was restarted by another operation.
        var workflows = ids.ConvertAll(id => WorkflowIds.For(id, 0, 1));
        await storage.Orders.BeginExternalAsync(ids[1], workflows[1], RestartPoint.Beginning, None);
        await storage.FailAgainAsync(ids[2]);
        await storage.FailAgainAsync(ids[3]);
        await storage.OtherProcess().ProcessChunkAsync(TestStorage.Rule("job-9"), [new(ids[3], Ticks(await storage.GetAsync(ids[3])))], None);

        var again = await storage.OtherProcess().ProcessChunkAsync(rule, chunk, None);

        Assert.Equal(workflows, again.Cast<OrderOutcome.Restarted>().Select(outcome => outcome.WorkflowId));
        Assert.Equal([true, false, false, false], again.Cast<OrderOutcome.Restarted>().Select(outcome => outcome.Start is not null));
        Assert.Equal([1, 1, 1, 2], await RetriesAsync(storage, ids));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Two_runs_over_the_same_orders_restart_each_once()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(60);
        var (one, other) = (TestStorage.Rule("run-1"), TestStorage.Rule("run-2"));
        var chunk = (await storage.QueryAsync(one)).Chunks.SelectMany(part => part.Orders).ToList();

        var outcomes = await Task.WhenAll(
            storage.OtherProcess().ProcessChunkAsync(one, chunk, None), storage.OtherProcess().ProcessChunkAsync(other, chunk, None));

        var tally = ItemTally.Of(outcomes.SelectMany(outcome => outcome).Select(ItemResult.Of));
        Assert.Equal((120, 60, 60), (tally.Found, tally.Started, tally.Skipped));
        Assert.All(await RetriesAsync(storage, ids), retries => Assert.Equal(1, retries));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Second_exhaustion_reopens_the_one_entry()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.AddFailedAsync(1);
        await storage.RunAsync(TestStorage.Rule(maxRetries: 0));
        await ReviveAsync(storage, "ORD-00000");
        storage.Time.Advance(TimeSpan.FromHours(1));

        Assert.IsType<OrderOutcome.DeadLettered>(Assert.Single(await storage.RunAsync(TestStorage.Rule("run-2", maxRetries: 0))));

        var entry = Assert.Single((await storage.DeadLetters.ListAsync(new(), 10, null, None)).Items);
        Assert.Equal((1, storage.Time.Now, "run-2"), (entry.ReopenCount, entry.MovedToQueueAt, entry.RunId));
        await Consistency.CheckAsync(storage);
    }

    private static List<string> Starts(IEnumerable<OrderOutcome> outcomes) =>
        [.. outcomes.OfType<OrderOutcome.Restarted>().Select(outcome => $"{outcome.WorkflowId} {outcome.Start?.Attempt}")];

    private static long Ticks(Order order) => order.DueAt!.Value.UtcTicks;

    private static async Task<List<int>> RetriesAsync(TestStorage storage, IEnumerable<string> ids)
    {
        List<int> retries = [];
        foreach (var id in ids)
        {
            retries.Add((await storage.GetAsync(id)).RetryCount);
        }

        return retries;
    }

    private static Task LeaseAsync(TestStorage storage, string orderId) =>
        RewriteAsync(storage, orderId, order => order with { Lease = new("job-9", storage.Time.Now.AddHours(1)) });

    /// <summary>A dead letter that is failed once more, as taking it up anew will leave it.</summary>
    private static Task ReviveAsync(TestStorage storage, string orderId) =>
        RewriteAsync(storage, orderId, order => order with { Phase = OrderPhase.Failed, Generation = 1, DueAt = storage.Time.Now });

    private static async Task RewriteAsync(TestStorage storage, string orderId, Func<Order, Order> edit)
    {
        var stored = (await OrderReader.ReadAsync(storage.Tables, orderId, withInput: true, None))!;
        var after = edit(stored.Order) with { Version = stored.Order.Version + 1 };
        var change = new OrderChange(storage.Tables.PartitionOf(orderId), stored, after, [], stored.InputText);
        await storage.Tables.Orders.SubmitTransactionAsync(change.Actions());
    }

    private static async Task BreakAsync(TestStorage storage, string orderId, string column, string text)
    {
        var due = await storage.GetAsync(orderId);
        var row = new TableEntity("s00", OrderRows.DueKey(due)!);
        TextColumns.Write(row, column, text);
        await storage.Tables.Orders.UpdateEntityAsync(row, ETag.All);
    }
}
