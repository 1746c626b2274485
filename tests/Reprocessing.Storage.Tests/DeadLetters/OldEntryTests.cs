namespace Reprocessing.Storage.Tests.DeadLetters;

/// <summary>Rows as the first release wrote them, letter by letter: read, filtered, worked on, and of today's shape once written.</summary>
[Collection(AzuriteTests.Name)]
public sealed class OldEntryTests(AzuriteFixture azurite)
{
    private const string Key = "x|2516155127999999999|ORD-4";

    private const string OrderData = """
        {"orderId":"ORD-4","customerId":"CUST-7","snapshot":{"priority":"next_day","promisedDeliveryAt":"2026-08-16T10:00:00+00:00","itemCount":1,"totalWeight":3.0,"shippingCity":"Springfield","shippingState":"IL"},"phase":"dead_letter","retryCount":0,"generation":0,"workflowId":"order-fulfillment-ORD-4","attempts":[{"number":0,"generation":0,"workflowId":"order-fulfillment-ORD-4","requestedAt":"2026-08-15T10:00:00+00:00","begunAt":"2026-08-15T10:00:00+00:00","endedAt":"2026-08-15T10:00:00+00:00","failure":{"status":"picking_failed","errorType":"command_failure","reason":"no picker","workflowId":"order-fulfillment-ORD-4","failedAt":"2026-08-15T10:00:00+00:00","fingerprint":"d77ec5d2b6c625d5"}}],"droppedAttempts":0,"failure":{"status":"picking_failed","errorType":"command_failure","reason":"no picker","workflowId":"order-fulfillment-ORD-4","failedAt":"2026-08-15T10:00:00+00:00","fingerprint":"d77ec5d2b6c625d5"},"lastRun":{"runId":"run-1","outcome":"dead_lettered"},"deadLetterCount":1,"deadLetteredAt":"2026-08-15T10:00:00+00:00","eventCount":4,"version":4,"createdAt":"2026-08-15T10:00:00+00:00","updatedAt":"2026-08-15T10:00:00+00:00"}
        """;

    private const string OrderEvents = """
        [{"sequence":3,"at":"2026-08-15T10:00:00+00:00","kind":"dead_lettered","workflowId":"order-fulfillment-ORD-4","runId":"run-1","status":"dead_letter","detail":"no picker"}]
        """;

    private const string FirstEvents = """
        [{"sequence":0,"at":"2026-08-15T10:00:00+00:00","kind":"created","workflowId":"order-fulfillment-ORD-4","status":"pending"},{"sequence":1,"at":"2026-08-15T10:00:00+00:00","kind":"started","workflowId":"order-fulfillment-ORD-4","status":"in_progress"},{"sequence":2,"at":"2026-08-15T10:00:00+00:00","kind":"failed","workflowId":"order-fulfillment-ORD-4","status":"picking_failed","detail":"no picker"}]
        """;

    private const string OrderInput = """
        {"orderId":"ORD-4","customerId":"CUST-7","items":[{"sku":"SKU-1","quantity":2,"weight":1.5}],"priority":"next_day","promisedDeliveryAt":"2026-08-16T10:00:00+00:00","shipping":{"city":"Springfield","state":"IL"},"customer":{"tier":"gold"}}
        """;

    private const string EntryData = """
        {"orderId":"ORD-4","customerId":"CUST-7","originalWorkflowId":"order-fulfillment-ORD-4","finalFailureStatus":"picking_failed","finalFailureReason":"no picker","errorType":"command_failure","fingerprint":"d77ec5d2b6c625d5","failedAt":"2026-08-15T10:00:00+00:00","totalRetryAttempts":0,"retryHistory":[{"number":0,"generation":0,"workflowId":"order-fulfillment-ORD-4","requestedAt":"2026-08-15T10:00:00+00:00","begunAt":"2026-08-15T10:00:00+00:00","endedAt":"2026-08-15T10:00:00+00:00","failure":{"status":"picking_failed","errorType":"command_failure","reason":"no picker","workflowId":"order-fulfillment-ORD-4","failedAt":"2026-08-15T10:00:00+00:00","fingerprint":"d77ec5d2b6c625d5"}}],"orderSnapshot":{"priority":"next_day","promisedDeliveryAt":"2026-08-16T10:00:00+00:00","itemCount":1,"totalWeight":3.0,"shippingCity":"Springfield","shippingState":"IL"},"movedToQueueAt":"2026-08-15T10:00:00+00:00","runId":"run-1","reopenCount":0}
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset At = new(2026, 8, 15, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_old_entry_is_read_and_filtered_as_if_it_were_new()
    {
        var storage = await SeedAsync();

        var entry = await storage.EntryAsync("ORD-4");
        var found = await storage.DeadLetters.ListAsync(
            new() { Filter = Parse("failureStatus = picking_failed and resolution = unresolved and $.customer.tier = 'gold' and reopenCount = 0") }, 10, null, None);

        Assert.Equal((1, ErrorType.CommandFailure, "d77ec5d2b6c625d5", "run-1"), (entry.SchemaVersion, entry.ErrorType, entry.Fingerprint, entry.RunId));
        Assert.Equal(("m639223848000000000", null), (entry.Stamp, entry.Resolution));
        Assert.Equal("order-fulfillment-ORD-4", Assert.Single(entry.RetryHistory).WorkflowId);
        Assert.Equal(["ORD-4"], found.Items.Select(one => one.OrderId));
    }

    [Fact]
    public async Task An_old_entry_is_taken_up_by_its_stamp_and_then_of_todays_shape()
    {
        var storage = await SeedAsync();
        storage.Time.Advance(TimeSpan.FromMinutes(1));

        var acted = (await storage.RequeueAsync(await storage.ItemsAsync(["ORD-4"])))[0];

        Assert.Equal((ItemState.Succeeded, "order-fulfillment-ORD-4-g1"), (acted.Result.State, acted.Result.WorkflowId));
        var row = (await storage.RowsAsync()).Single(one => one.RowKey == Key);
        Assert.Equal((2, 0, "no picker", "manual_retry"), (row.GetInt32("Schema"), row.GetInt32("Retries"), row.GetString("Reason"), row.GetString("Resolution")));
        var entry = await storage.EntryAsync("ORD-4");
        Assert.Equal((2, 5, "job-1"), (entry.SchemaVersion, entry.OrderVersion, entry.ResolvedBy));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task An_old_text_of_notes_is_the_first_note()
    {
        var storage = await SeedAsync(EntryData.Replace("\"reopenCount\":0", "\"reopenCount\":0,\"notes\":\"asked the carrier\"", StringComparison.Ordinal));

        await storage.Commands.HandleAsync(new AddNoteCommand(new("ada"), "no answer"), [new("ORD-4", string.Empty)], None);

        Assert.Equal(
            [new DeadLetterNote("asked the carrier", "", At), new DeadLetterNote("no answer", "ada", storage.Time.Now)],
            (await storage.EntryAsync("ORD-4")).Notes);
        Assert.Equal("v5", (await storage.EntryAsync("ORD-4")).Stamp);
    }

    [Fact]
    public async Task What_an_entry_lacks_is_made_up_from_what_it_has()
    {
        var storage = await SeedAsync("""{"orderId":"ORD-4","finalFailureStatus":"pick_timeout","ofTheFuture":1}""");

        var entry = await storage.EntryAsync("ORD-4");

        Assert.Equal(("CUST-7", "pick_timeout", ErrorType.Timeout, At), (entry.CustomerId, entry.FinalFailureStatus, entry.ErrorType, entry.MovedToQueueAt));
        Assert.Equal((0, Priority.Standard, At), (entry.TotalRetryAttempts, entry.OrderSnapshot.Priority, entry.FailedAt));
        Assert.NotEmpty(entry.Fingerprint);
    }

    [Fact]
    public async Task A_change_of_the_order_alone_is_refused_of_a_dead_letter()
    {
        var storage = await SeedAsync();

        var outcome = await storage.Orders.CancelAsync("ORD-4", new("ada", "look"), None);

        Assert.Equal(Refusal.DeadLetter, Assert.IsType<ChangeOutcome.Refused>(outcome).Reason);
        Assert.Equal(4, (await storage.GetAsync("ORD-4")).Version);
    }

    private async Task<TestStorage> SeedAsync(string entryData = EntryData)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.Tables.Orders.AddEntityAsync(
            new TableEntity("s00", "o|ORD-4")
            {
                ["CustomerId"] = "CUST-7",
                ["Data"] = OrderData,
                ["Events"] = OrderEvents,
                ["Input"] = OrderInput,
                ["OrderId"] = "ORD-4",
                ["Priority"] = "next_day",
                ["RetryCount"] = 0,
                ["Status"] = "dead_letter",
                ["UpdatedAt"] = At,
                ["WorkflowId"] = "order-fulfillment-ORD-4",
            },
            None);
        await storage.Tables.Orders.AddEntityAsync(new TableEntity("s00", "e|ORD-4|0000000000") { ["Events"] = FirstEvents, ["OrderId"] = "ORD-4" }, None);
        await storage.Tables.Orders.AddEntityAsync(
            new TableEntity("s00", Key)
            {
                ["CustomerId"] = "CUST-7",
                ["Data"] = entryData,
                ["ErrorType"] = "command_failure",
                ["FailedAt"] = At,
                ["Fingerprint"] = "d77ec5d2b6c625d5",
                ["OrderId"] = "ORD-4",
                ["Resolution"] = "",
                ["Status"] = "picking_failed",
            },
            None);
        return storage;
    }

    private static FilterPredicate Parse(string text) => FilterExpression.Parse(text, DeadLetterFields.Catalog).Expression!.At(At);
}
