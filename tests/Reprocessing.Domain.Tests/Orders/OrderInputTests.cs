namespace Reprocessing.Domain.Tests.Orders;

public sealed class OrderInputTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Unknown_members_are_kept_at_every_level()
    {
        const string Json = """
            {"orderId":"ORD-1","customerId":"C","items":[{"sku":"S","quantity":1,"weight":1.50,"gift":{"wrap":true}}],
             "priority":"same_day","promisedDeliveryAt":"2026-08-16T10:00:00+00:00",
             "shipping":{"city":"X","state":"Y","zip":"00123"},"customer":{"tier":"gold","score":1e400},"notes":[1,2.0,null]}
            """;

        var input = JsonSerializer.Deserialize<OrderInput>(Json, Web)!;
        var again = JsonSerializer.Serialize(input, Web);

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Json), JsonElement.Parse(again)), again);
        Assert.Equal(Priority.SameDay, input.Priority);
    }

    [Fact]
    public void Check_of_a_good_order_finds_nothing() => Assert.Empty(OrderInputRules.Check(SampleOrders.Input()));

    [Fact]
    public void Check_reports_every_fault_with_its_place()
    {
        var input = new OrderInput("a/b", "", [new("", 0, -1), null!])
        {
            Priority = (Priority)9,
            Shipping = new(new('x', 129), new('y', 129)),
        };

        Assert.Equal(
            ["/orderId", "/customerId", "/priority", "/shipping/city", "/shipping/state", "/items/0/sku", "/items/0/quantity", "/items/0/weight", "/items/1"],
            OrderInputRules.Check(input).Select(problem => problem.Path));
    }

    [Fact]
    public void Check_says_what_is_allowed()
    {
        var input = Input() with { Priority = (Priority)9, Items = [new("S", 0, -1), null!], Shipping = new(new('x', 129), null) };

        Assert.Equal(
            ["must be a known priority", "must have at most 128 characters, has 129", "must be 1 to 1000000", "must be 0 to 1000000", "must not be null"],
            OrderInputRules.Check(input).Select(problem => problem.Message));
        Assert.Equal("must have 1 to 1000 items", Assert.Single(OrderInputRules.Check(Input() with { Items = [] })).Message);
    }

    [Fact]
    public void Check_takes_what_is_just_allowed() => Assert.Empty(OrderInputRules.Check(Input() with
    {
        Items = [new("S", 1, 0), new(new('s', 128), 1_000_000, 1_000_000), .. Enumerable.Repeat(new OrderItem("S", 1, 1), 998)],
        Shipping = new(new('x', 128), new('y', 128)),
    }));

    private static OrderInput Input() => SampleOrders.Input();

    [Fact]
    public void Check_of_no_items_or_too_many_fails()
    {
        Assert.Equal("/items", Assert.Single(OrderInputRules.Check(SampleOrders.Input() with { Items = [] })).Path);
        Assert.Equal("/items", Assert.Single(OrderInputRules.Check(SampleOrders.Input() with { Items = null! })).Path);
        var many = Enumerable.Repeat(new OrderItem("S", 1, 1), 1_001).ToList();
        Assert.Equal("/items", Assert.Single(OrderInputRules.Check(SampleOrders.Input() with { Items = many })).Path);
    }

    [Fact]
    public void Snapshot_sums_the_weight_of_all_units() =>
        Assert.Equal(
            new OrderSnapshot(Priority.NextDay, SampleOrders.Start.AddDays(1), 2, 3.25m, "Springfield", "IL"),
            OrderSnapshot.Of(SampleOrders.Input()));
}
