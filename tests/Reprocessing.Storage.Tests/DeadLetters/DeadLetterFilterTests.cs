namespace Reprocessing.Storage.Tests.DeadLetters;

/// <summary>What the service narrows, what the entries tell and what only the orders' inputs do: together what the filter says.</summary>
[Collection(AzuriteTests.Name)]
public sealed class DeadLetterFilterTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("orderId = 'it''s-1'", "it's-1")]
    [InlineData("orderId startswith A", "A-1", "A-2", "A-3")]
    [InlineData("failureStatus = pick_timeout", "A-2", "B-1")]
    [InlineData("failure_status in (pick_timeout, shipping_failed)", "A-2", "B-1", "A-3")]
    [InlineData("failureStatus not in (pick_timeout, shipping_failed)", "A-1", "it's-1")]
    [InlineData("errorType = TIMEOUT and customerId != 'CUST-9'", "A-2", "B-1")]
    [InlineData("customerId = 'CUST-9'", "it's-1")]
    [InlineData("not customerId = 'CUST-9' and orderId > 'A-1'", "A-2", "B-1", "A-3")]
    [InlineData("movedAt >= '2026-08-15T10:02:00Z'", "A-2", "B-1", "it's-1", "A-3")]
    [InlineData("movedAt > '2026-08-15T10:02:00Z' and movedAt < '2026-08-15T10:04:00Z'", "it's-1")]
    [InlineData("movedAt in ('2026-08-15T10:03:00Z', '2026-08-15T10:01:00Z')", "A-1", "it's-1")]
    [InlineData("age >= 3m", "A-1", "A-2", "B-1")]
    [InlineData("age < 2m", "A-3")]
    [InlineData("failedAt between '2026-08-15T09:02:00Z' and '2026-08-15T09:03:00Z'", "A-2", "B-1", "it's-1")]
    [InlineData("failedAt > '0001-01-01T00:00:00Z' and orderId = 'B-1'", "B-1")]
    [InlineData("text contains 'NO PICKER' and orderId startswith B", "B-1")]
    [InlineData("$.customer.tier = 'gold'", "A-1", "it's-1")]
    [InlineData("$.customer.tier = 'gold' and failureStatus = picking_failed and age > 2m30s", "A-1")]
    [InlineData("$.customer.tier is null or orderId = 'A-1'", "A-1", "B-1")]
    [InlineData("resolution = unresolved", "A-1", "A-2", "B-1", "it's-1", "A-3")]
    [InlineData("resolution = escalated")]
    public async Task A_filter_finds_what_it_says_page_by_page(string filter, params string[] expected)
    {
        var storage = await SeedAsync();
        var query = new DeadLetterQuery { Scope = DeadLetterScope.Any, Filter = Parse(filter).At(storage.Time.Now) };

        Assert.Equal(expected.Order(StringComparer.Ordinal), (await PagesAsync(storage, query)).Order(StringComparer.Ordinal));
        Assert.Equal(await PagesAsync(storage, query), await storage.DeadLetters.ReadAsync(query, None).Select(entry => entry.OrderId).ToListAsync());
    }

    [Fact]
    public async Task Inputs_are_read_only_of_entries_that_nothing_else_decides()
    {
        var storage = await SeedAsync();
        storage.Faults.Reset();
        var query = new DeadLetterQuery { Filter = Parse("failureStatus = pick_timeout and reason = 'no picker' and $.customer.tier = 'silver'").At(storage.Time.Now) };

        var found = await storage.DeadLetters.ListAsync(query, 10, null, None);

        Assert.Equal(["A-2"], found.Items.Select(entry => entry.OrderId));
        Assert.Equal(4 + 2, storage.Faults.Calls);
    }

    [Fact]
    public void What_does_not_fit_into_a_query_is_left_to_the_test_of_each_entry()
    {
        var filter = string.Join(" and ", Enumerable.Range(0, 30).Select(number => $"customerId != 'c{number}'")) + " and orderId != 'long" + new string('x', 900) + "'";

        var condition = DeadLetterPushdown.Condition(Parse(filter).At(ManualTime.Start))!;

        Assert.Equal(10, condition.Split(" and ").Length);
        Assert.Null(DeadLetterPushdown.Condition(Parse("reason = 'x' or customerId = 'y'").At(ManualTime.Start)));
    }

    private async Task<TestStorage> SeedAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await AddAsync(storage, new("A-1"), "gold");
        await AddAsync(storage, new("A-2", "pick_timeout"), "silver");
        await AddAsync(storage, new("B-1", "pick_timeout"), null, sameMoment: true);
        await AddAsync(storage, new("it's-1", Customer: "CUST-9"), "gold");
        await AddAsync(storage, new("A-3", "shipping_failed"), "silver");
        storage.Time.Advance(TimeSpan.FromMinutes(1));
        return storage;
    }

    /// <summary>Fails and is moved a minute after the one before.</summary>
    private static async Task AddAsync(TestStorage storage, Seed seed, string? tier, bool sameMoment = false)
    {
        if (!sameMoment)
        {
            storage.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var input = TestStorage.Input(seed.Id) with { CustomerId = seed.Customer };
        if (tier is not null)
        {
            input = input with { Extension = new() { ["customer"] = JsonSerializer.SerializeToElement(new { tier }) } };
        }

        var report = TestStorage.Report(seed.Id, status: seed.Status, failedAt: storage.Time.Now.AddHours(-1));
        await storage.Orders.CreateAsync(new(input) { Failure = new(report, RetryStrategy.Immediate) }, None);
        Assert.Equal(Domain.Jobs.ItemState.Succeeded, (await storage.Commands.HandleAsync(new MoveCommand(new AuditedAction("ada", "set aside")), [new(seed.Id, string.Empty)], None))[0].Result.State);
    }

    private static async Task<List<string>> PagesAsync(TestStorage storage, DeadLetterQuery query)
    {
        List<string> found = [];
        string? token = null;
        do
        {
            var page = await storage.DeadLetters.ListAsync(query, 2, token, None);
            found.AddRange(page.Items.Select(entry => entry.OrderId));
            token = page.Next;
        }
        while (token is not null);

        return found;
    }

    private static FilterExpression Parse(string text) =>
        FilterExpression.Parse(text, DeadLetterFields.Catalog) is { Expression: { } expression }
            ? expression
            : throw new ArgumentException("No filter.", nameof(text));

    private sealed record Seed(string Id, string Status = "picking_failed", string Customer = "CUST-7");
}
