namespace Reprocessing.Storage.Tests.Orders;

[Collection(AzuriteTests.Name)]
public sealed class OrderStoreTests(AzuriteFixture azurite)
{
    private const string First = "order-fulfillment-ORD-1";
    private static readonly NewOrder Order = new(TestStorage.Input("ORD-1"));
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Created_order_says_which_workflow_to_start()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        var created = Assert.IsType<CreateOutcome.Created>(await storage.Orders.CreateAsync(Order, None));

        Assert.Equal(First, created.Start!.WorkflowId);
        Assert.Equal("pending", (await storage.GetAsync("ORD-1")).Status);
        Assert.Equal("CUST-7", (await storage.Orders.GetInputAsync("ORD-1", None))!.CustomerId);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Same_order_again_is_there_already_and_other_content_a_conflict()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);

        var again = Assert.IsType<CreateOutcome.AlreadyThere>(await storage.Orders.CreateAsync(Order, None));
        Assert.Equal(First, again.Start!.WorkflowId);

        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
        Assert.Null(Assert.IsType<CreateOutcome.AlreadyThere>(await storage.Orders.CreateAsync(Order, None)).Start);

        var other = Order with { Input = Order.Input with { CustomerId = "CUST-8" } };
        Assert.IsType<CreateOutcome.Conflict>(await storage.Orders.CreateAsync(other, None));
        Assert.Equal("CUST-7", (await storage.GetAsync("ORD-1")).CustomerId);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_its_faults_and_nothing_is_stored()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var before = await storage.DumpAsync();
        var bad = new NewOrder(Order.Input with { OrderId = "a/b" }) { Failure = new(TestStorage.Report("ORD-1", status: "sneezed"), RetryStrategy.Default) };

        var invalid = Assert.IsType<CreateOutcome.Invalid>(await storage.Orders.CreateAsync(bad, None));

        Assert.Equal(["/orderId", "/failure/failureStatus", "/failure/orderId"], invalid.Problems.Select(problem => problem.Path));
        Assert.Equal(before, await storage.DumpAsync());
    }

    [Theory]
    [InlineData("it's 100% (a|b) & +1 = ü注🚚!")]
    [InlineData("a|b")]
    [InlineData("a!bb")]
    [InlineData("%2F%00")]
    public async Task Order_with_an_odd_id_lives_its_whole_life(string orderId)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(new(TestStorage.Input(orderId)), None);

        await storage.FailAgainAsync(orderId);
        Assert.Equal([orderId], (await storage.RunAsync(TestStorage.Rule())).Select(outcome => outcome.OrderId));
        await storage.FailAgainAsync(orderId);
        await storage.RunAsync(TestStorage.Rule("run-2", maxRetries: 1));

        Assert.Equal(orderId, (await storage.DeadLetters.GetAsync(orderId, None))!.Entry.OrderId);
        Assert.Equal(orderId, Assert.Single((await storage.DeadLetters.ListAsync(new(), 10, null, None)).Items).OrderId);
        Assert.Equal(7, (await storage.TimelineAsync(orderId)).Count);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Timeline_of_one_order_is_not_mixed_with_that_of_an_order_whose_id_begins_alike()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        foreach (var id in new[] { "A", "A|0000000000", "A|B", "A!" })
        {
            await storage.Orders.CreateAsync(new(TestStorage.Input(id)), None);
            await storage.FailAgainAsync(id);
        }

        Assert.Equal(3, (await storage.TimelineAsync("A")).Count);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(400_000)]
    public async Task Large_input_reaches_every_workflow_whole(int size)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var input = Order.Input with { Extension = new() { ["blob"] = JsonSerializer.SerializeToElement(new string('z', size)) } };
        await storage.Orders.CreateAsync(new(input), None);
        await storage.FailAgainAsync("ORD-1");

        var outcome = Assert.IsType<OrderOutcome.Restarted>(Assert.Single(await storage.RunAsync(TestStorage.Rule())));

        Assert.Equal(size, outcome.Start!.Input.Extension!["blob"].GetString()!.Length);
        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.BeginExternalAsync("ORD-1", outcome.WorkflowId, RestartPoint.Beginning, None));
        Assert.Equal(size, (await storage.Orders.GetInputAsync("ORD-1", None))!.Extension!["blob"].GetString()!.Length);
    }

    [Fact]
    public async Task Input_that_no_workflow_could_be_started_with_is_refused_with_the_limit()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var input = Order.Input with { Extension = new() { ["blob"] = JsonSerializer.SerializeToElement(new string('z', 410_000)) } };

        var invalid = Assert.IsType<CreateOutcome.Invalid>(await storage.Orders.CreateAsync(new(input), None));

        Assert.StartsWith("must have at most 409600 bytes", Assert.Single(invalid.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_begins_once_and_others_are_refused()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);

        var begun = Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None));
        Assert.Equal((null, 0), (begun.Order.Checkpoint, begun.Order.RetryCount));
        Assert.IsType<ChangeOutcome.Unchanged>(await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None));
        Assert.Equal(2, (await storage.GetAsync("ORD-1")).EventCount);
        var refused = Assert.IsType<ChangeOutcome.Refused>(await storage.Orders.BeginExternalAsync("ORD-1", First + "-retry-1", RestartPoint.Beginning, None));
        Assert.Equal(Refusal.Superseded, refused.Reason);
        Assert.IsType<ChangeOutcome.NotFound>(await storage.Orders.BeginExternalAsync("ORD-2", First, RestartPoint.Beginning, None));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Begin_heals_a_start_row_that_was_removed_by_hand()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        var start = Assert.Single(await storage.RowsAsync(), row => row.RowKey.StartsWith("s|", StringComparison.Ordinal));
        await storage.Tables.Orders.DeleteEntityAsync(start.PartitionKey, start.RowKey);

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None));

        Assert.Equal("in_progress", (await storage.GetAsync("ORD-1")).Status);
    }

    [Fact]
    public async Task Restarted_order_resumes_at_the_failed_stage_or_begins_anew()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
        await storage.FinishStageAsync("ORD-1", First, Stage.Validate);
        await storage.FinishStageAsync("ORD-1", First, Stage.Plan);
        await storage.Orders.RecordFailureAsync(TestStorage.Report("ORD-1", First), RetryStrategy.Immediate, None);
        await storage.RunAsync(TestStorage.Rule());

        var begun = await storage.Orders.BeginExternalAsync("ORD-1", First + "-retry-1", RestartPoint.FailedStage, None);

        Assert.Equal(Stage.Plan, Assert.IsType<ChangeOutcome.Changed>(begun).Order.Checkpoint);
    }

    [Fact]
    public async Task Failure_is_recorded_once_with_the_time_of_the_next_retry()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
        var report = TestStorage.Report("ORD-1", First, failedAt: storage.Time.Now.AddSeconds(-5));
        var strategy = RetryStrategy.Parse(new() { Strategy = "fixed", BaseDelay = TimeSpan.FromMinutes(3) });

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.RecordFailureAsync(report, strategy, None));
        Assert.IsType<ChangeOutcome.Unchanged>(await storage.Orders.RecordFailureAsync(report, strategy, None));

        var order = await storage.GetAsync("ORD-1");
        Assert.Equal(("picking_failed", storage.Time.Now.AddSeconds(175)), (order.Status, order.DueAt));
        Assert.Equal(ErrorType.CommandFailure, order.Failure!.ErrorType);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Failure_of_the_future_waits_from_now()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);

        await storage.Orders.RecordFailureAsync(TestStorage.Report("ORD-1", First, failedAt: storage.Time.Now.AddYears(1)), RetryStrategy.Immediate, None);

        Assert.Equal(storage.Time.Now, (await storage.GetAsync("ORD-1")).DueAt);
    }

    [Fact]
    public async Task Failure_from_outside_is_refused_while_a_workflow_works_and_when_the_order_is_over()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        var outside = TestStorage.Report("ORD-1", "wms-5");

        Assert.Equal(Refusal.ActiveWorkflow, Refused(await storage.Orders.RecordFailureAsync(outside, RetryStrategy.Default, None)));
        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
        await storage.Orders.CompleteAsync("ORD-1", First, None);
        Assert.Equal(Refusal.Ended, Refused(await storage.Orders.RecordFailureAsync(outside, RetryStrategy.Default, None)));
        Assert.IsType<ChangeOutcome.NotFound>(await storage.Orders.RecordFailureAsync(outside with { OrderId = "ORD-2" }, RetryStrategy.Default, None));
        await Assert.ThrowsAsync<ArgumentException>(() => storage.Orders.RecordFailureAsync(outside with { FailureStatus = "sneezed" }, RetryStrategy.Default, None));
    }

    [Fact]
    public async Task Order_run_elsewhere_fails_with_the_workflow_that_reports()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var created = Assert.IsType<CreateOutcome.Created>(await storage.Orders.CreateAsync(Order with { IsExternal = true }, None));
        Assert.Null(created.Start);

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.RecordFailureAsync(TestStorage.Report("ORD-1", "wms-5"), RetryStrategy.Immediate, None));

        Assert.Equal("wms-5", (await storage.GetAsync("ORD-1")).WorkflowId);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Success_clears_the_retry_metadata()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        await storage.RunAsync(TestStorage.Rule());
        var workflowId = (await storage.GetAsync("ORD-00000")).WorkflowId!;
        await storage.Orders.BeginExternalAsync("ORD-00000", workflowId, RestartPoint.Beginning, None);

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.CompleteAsync("ORD-00000", workflowId, None));
        Assert.IsType<ChangeOutcome.Unchanged>(await storage.Orders.CompleteAsync("ORD-00000", workflowId, None));

        var order = await storage.GetAsync("ORD-00000");
        Assert.Equal(("completed", 0, 2), (order.Status, order.RetryCount, order.Attempts.Count));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Cancelled_order_is_out_of_reach()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.CancelAsync("ORD-00000", new("tester", "customer asked"), None));

        Assert.Equal(0, (await storage.QueryAsync()).Count);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Notes_go_to_the_timeline_in_every_phase()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        await storage.NoteAsync("ORD-1", "while pending");
        await storage.FailAgainAsync("ORD-1");
        await storage.NoteAsync("ORD-1", "while failed");
        await storage.RunAsync(TestStorage.Rule());

        Assert.Equal(
            ["created", "note", "started", "failed", "note", "restarted"],
            (await storage.TimelineAsync("ORD-1")).Select(one => Domain.Names.EnumNames.Of(one.Kind)));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Changes_at_the_same_moment_lose_nothing()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(note => storage.NoteAsync("ORD-1", $"note {note}")));

        Assert.All(outcomes, outcome => Assert.IsType<ChangeOutcome.Changed>(outcome));
        Assert.Equal(
            Enumerable.Range(0, 6).Select(note => $"note {note}"),
            (await storage.TimelineAsync("ORD-1")).Select(one => one.Detail).OfType<string>().Order());
        await Consistency.CheckAsync(storage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(120)]
    public async Task Timeline_is_read_in_pages_of_any_size(int pageSize)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(Order, None);
        for (var note = 0; note < 119; note++)
        {
            await storage.NoteAsync("ORD-1", $"note {note}");
        }

        Assert.Equal(Enumerable.Range(0, 120), (await storage.TimelineAsync("ORD-1", pageSize)).Select(one => one.Sequence));
        Assert.Null(await storage.Orders.ReadTimelineAsync("ORD-2", pageSize, null, None));
        await Assert.ThrowsAsync<FormatException>(() => storage.Orders.ReadTimelineAsync("ORD-1", pageSize, "x", None));
    }

    [Fact]
    public async Task Many_orders_are_created_in_few_transactions_and_each_has_its_own_outcome()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 2);
        await storage.Orders.CreateAsync(new(TestStorage.Input(TestStorage.OrderId(3))), None);
        await storage.Orders.CreateAsync(new(TestStorage.Input(TestStorage.OrderId(5)) with { CustomerId = "OTHER" }), None);
        List<NewOrder> orders = [.. Enumerable.Range(0, 200).Select(number => new NewOrder(TestStorage.Input(TestStorage.OrderId(number))))];
        orders[7] = new(orders[7].Input with { Items = [] });
        orders[9] = orders[8];
        storage.Faults.Reset();

        var outcomes = await storage.Orders.CreateManyAsync(orders, None);

        Assert.IsType<CreateOutcome.AlreadyThere>(outcomes[3]);
        Assert.IsType<CreateOutcome.Conflict>(outcomes[5]);
        Assert.IsType<CreateOutcome.Invalid>(outcomes[7]);
        Assert.IsType<CreateOutcome.AlreadyThere>(outcomes[9]);
        Assert.Equal(196, outcomes.Count(outcome => outcome is CreateOutcome.Created));
        Assert.InRange(storage.Faults.Calls, 4, 12);
        await Consistency.CheckAsync(storage);
    }

    private static Refusal Refused(ChangeOutcome outcome) => Assert.IsType<ChangeOutcome.Refused>(outcome).Reason;
}
