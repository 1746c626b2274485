namespace Reprocessing.Functions.Tests.Fulfillment;

public sealed class SimulatedWarehouseTests
{
    [Fact]
    public async Task Without_settings_every_stage_succeeds()
    {
        var warehouse = Warehouse(new());

        foreach (var stage in Stages.All)
        {
            Assert.Null((await warehouse.PerformAsync(Request("A", 0, stage), default)).ErrorType);
        }
    }

    [Fact]
    public async Task The_same_seed_fails_the_same_calls_and_another_seed_others()
    {
        var first = await FailuresAsync(new() { SimulatedPickFailureRate = 0.3, SimulatedSeed = 1 });
        var again = await FailuresAsync(new() { SimulatedPickFailureRate = 0.3, SimulatedSeed = 1 });
        var other = await FailuresAsync(new() { SimulatedPickFailureRate = 0.3, SimulatedSeed = 2 });

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count, 250, 350);
    }

    [Fact]
    public async Task A_new_attempt_is_a_new_chance()
    {
        var warehouse = Warehouse(new() { SimulatedPickFailureRate = 0.5 });
        var fates = new List<bool>();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            fates.Add((await warehouse.PerformAsync(Request("A", attempt, Stage.Pick), default)).ErrorType is null);
        }

        Assert.Contains(true, fates);
        Assert.Contains(false, fates);
    }

    [Fact]
    public async Task A_rate_is_of_its_own_stage_only()
    {
        var warehouse = Warehouse(new() { SimulatedShipFailureRate = 1 });

        Assert.Null((await warehouse.PerformAsync(Request("A", 0, Stage.Pack), default)).ErrorType);
        Assert.Equal(ErrorType.Network, (await warehouse.PerformAsync(Request("A", 0, Stage.Ship), default)).ErrorType);
    }

    [Theory]
    [InlineData("hopeless-1", 7, Stage.Pick, false)]
    [InlineData("hopeless-1", 7, Stage.Pack, true)]
    [InlineData("twice-1", 0, Stage.Ship, false)]
    [InlineData("twice-1", 1, Stage.Ship, false)]
    [InlineData("twice-1", 2, Stage.Ship, true)]
    [InlineData("other-1", 0, Stage.Pick, true)]
    public async Task Orders_of_a_named_prefix_fail_always_or_so_many_times(string orderId, int attempt, Stage stage, bool succeeds)
    {
        var warehouse = Warehouse(new() { SimulatedFailures = "hopeless-:pick, twice-:ship:2" });

        Assert.Equal(succeeds, (await warehouse.PerformAsync(Request(orderId, attempt, stage), default)).ErrorType is null);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(":pick")]
    [InlineData("a:fly")]
    [InlineData("a:pick:many")]
    [InlineData("a:pick:-1")]
    [InlineData("a:pick:1:2")]
    public void A_rule_that_cannot_be_read_is_a_fault_that_quotes_it(string rule)
    {
        var (rules, faults) = SimulatedFailure.Parse(rule);

        Assert.Empty(rules);
        Assert.Contains($"'{rule}'", Assert.Single(faults), StringComparison.Ordinal);
    }

    private static SimulatedWarehouse Warehouse(WarehouseOptions options) => new(Options.Create(options), TimeProvider.System);

    private static WarehouseRequest Request(string orderId, int attempt, Stage stage) => new(orderId, $"w-{orderId}-{attempt}", attempt, stage, new("A", "C", []));

    private static async Task<List<int>> FailuresAsync(WarehouseOptions options)
    {
        var warehouse = Warehouse(options);
        var failed = new List<int>();
        for (var order = 0; order < 1000; order++)
        {
            if ((await warehouse.PerformAsync(Request($"order-{order}", 0, Stage.Pick), default)).ErrorType is not null)
            {
                failed.Add(order);
            }
        }

        return failed;
    }
}
