namespace Reprocessing.Storage.Tests.Orders;

/// <summary>What the service narrows, what the orders tell and what only their inputs do: together what the filter says.</summary>
[Collection(AzuriteTests.Name)]
public sealed class OrderListTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(null, "A-1", "A-2", "B-1", "C-1")]
    [InlineData("failureStatus = pick_timeout", "A-2", "B-1")]
    [InlineData("status IN (pick_timeout, validation_failed)", "A-2", "B-1", "C-1")]
    [InlineData("errorType = timeout AND orderId STARTSWITH B", "B-1")]
    [InlineData("errorType != timeout", "A-1", "C-1")]
    [InlineData("failedAt > '2026-08-15T09:01:30Z'", "B-1", "C-1")]
    [InlineData("age >= 58m", "A-1", "A-2", "B-1")]
    [InlineData("nextRetryAt <= now", "A-1", "A-2")]
    [InlineData("retryCount = 0 AND text CONTAINS 'NO PICKER' AND NOT orderId = 'A-1'", "A-2", "B-1", "C-1")]
    [InlineData("$.customer.tier = 'gold'", "A-1", "C-1")]
    [InlineData("$.customer.tier = 'gold' AND errorType = command_failure", "A-1")]
    public async Task Failing_orders_are_those_that_the_filter_means_the_first_due_first(string? filter, params string[] expected)
    {
        var storage = await SeedAsync();

        Assert.Equal(expected, await PagesAsync(storage, new(IsFailing: true, Status: null, Parse(filter, storage))));
    }

    [Theory]
    [InlineData(null, null, "A-1", "A-2", "B-1", "C-1", "D-1", "E-1")]
    [InlineData("pending", null, "D-1")]
    [InlineData("dead_letter", null, "E-1")]
    [InlineData(null, "status = pending OR failureStatus = validation_failed", "C-1", "D-1")]
    [InlineData(null, "customerId = 'CUST-7' AND priority = next_day AND status != pending AND orderId >= B", "B-1", "C-1", "E-1")]
    [InlineData(null, "workflowId IS NULL")]
    public async Task Orders_of_any_status_come_by_id(string? status, string? filter, params string[] expected)
    {
        var storage = await SeedAsync();

        Assert.Equal(expected, await PagesAsync(storage, new(IsFailing: false, status, Parse(filter, storage))));
    }

    [Fact]
    public async Task A_list_of_failing_orders_reads_the_index_alone_and_inputs_only_where_nothing_else_decides()
    {
        var storage = await SeedAsync();
        storage.Faults.Reset();

        await storage.List.ListAsync(new(IsFailing: true, "pick_timeout", Filter: null), 10, null, None);
        var withoutInputs = storage.Faults.Calls;
        await storage.List.ListAsync(new(IsFailing: true, Status: null, Parse("errorType = timeout AND $.customer.tier = 'gold'", storage)), 10, null, None);

        // Two ranges a shard, and the inputs of the two that timed out.
        Assert.Equal((8, 8 + 2), (withoutInputs, storage.Faults.Calls - withoutInputs));
    }

    [Fact]
    public async Task A_token_that_was_not_given_out_is_refused()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        await Assert.ThrowsAsync<FormatException>(() => storage.List.ListAsync(new(IsFailing: true, null, null), 10, "x", None));
        await Assert.ThrowsAsync<FormatException>(() => storage.List.ListAsync(new(IsFailing: false, null, null), 10, "a\u0001", None));
    }

    private static FilterPredicate? Parse(string? filter, TestStorage storage) =>
        filter is null ? null : FilterExpression.Parse(filter, OrderFields.Catalog).Expression!.At(storage.Time.Now);

    /// <summary>One by one, as a reader with the smallest pages would.</summary>
    private static async Task<List<string>> PagesAsync(TestStorage storage, OrderQuery query)
    {
        List<string> ids = [];
        string? token = null;
        do
        {
            var page = await storage.List.ListAsync(query, 1, token, None);
            ids.AddRange(page.Items.Select(order => order.OrderId));
            token = page.Next;
        }
        while (token is not null);

        return ids;
    }

    private async Task<TestStorage> SeedAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await FailAsync("A-1", "picking_failed", 0, TimeSpan.Zero, "gold");
        await FailAsync("A-2", "pick_timeout", 1, TimeSpan.Zero, "silver");
        await FailAsync("B-1", "pick_timeout", 2, TimeSpan.FromHours(2), "silver");
        await FailAsync("C-1", "validation_failed", 3, TimeSpan.FromHours(3), "gold");
        await storage.Orders.CreateAsync(new NewOrder(TestStorage.Input("D-1")), None);
        await FailAsync("E-1", "picking_failed", 4, TimeSpan.Zero, "gold");
        var moved = await storage.Commands.HandleAsync(new MoveCommand(new AuditedAction("ann", "hopeless")), [new("E-1", string.Empty)], None);
        Assert.Equal(ItemState.Succeeded, moved[0].Result.State);
        return storage;

        async Task FailAsync(string id, string status, int minute, TimeSpan wait, string tier)
        {
            var input = TestStorage.Input(id) with { Extension = new() { ["customer"] = JsonSerializer.SerializeToElement(new { tier }) } };
            var report = TestStorage.Report(id, status: status, failedAt: ManualTime.Start.AddHours(-1).AddMinutes(minute));
            var strategy = wait == TimeSpan.Zero ? RetryStrategy.Immediate : RetryStrategy.Parse(new() { Strategy = "fixed", BaseDelay = wait });
            Assert.IsType<CreateOutcome.Created>(await storage.Orders.CreateAsync(new NewOrder(input) { Failure = new(report, strategy) }, None));
        }
    }
}
