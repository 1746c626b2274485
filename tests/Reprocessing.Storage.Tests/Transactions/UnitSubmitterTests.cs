using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Tests.Transactions;

[Collection(AzuriteTests.Name)]
public sealed class UnitSubmitterTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 59 })]
    [InlineData(new[] { 0, 1, 17, 32, 33, 34, 59 })]
    public async Task Refused_units_are_set_aside_whole_and_the_others_are_stored(int[] taken)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var number in taken)
        {
            await storage.Tables.Orders.AddEntityAsync(new TableEntity("p", $"{number:D2}-c"));
        }

        var units = Enumerable.Range(0, 60).Select(number => Unit(number, 3)).ToList();
        var refused = await UnitSubmitter.SubmitAsync(storage.Tables.Orders, units, None);

        Assert.Equal(taken, refused.Select(one => one.Unit.Subject).Order());
        Assert.All(refused, one => Assert.True(one.IsConflict));
        Assert.Equal(
            (60 * 3) - (taken.Length * 2),
            (await storage.RowsAsync()).Count(row => row.PartitionKey == "p"));
    }

    [Fact]
    public async Task Unit_that_is_too_large_for_a_column_is_set_aside()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var large = new TableEntity("p", "large") { ["Text"] = new string('x', 40_000) };
        List<TransactionUnit<int>> units = [Unit(0, 2), new(1, [new(TableTransactionActionType.Add, large)]), Unit(2, 2)];

        var refused = Assert.Single(await UnitSubmitter.SubmitAsync(storage.Tables.Orders, units, None));

        Assert.Equal((1, false), (refused.Unit.Subject, refused.IsConflict));
        Assert.Equal(4, (await storage.RowsAsync()).Count(row => row.PartitionKey == "p"));
    }

    [Fact]
    public async Task Requests_stay_below_four_mebibytes()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var units = Enumerable.Range(0, 20).Select(number => new TransactionUnit<int>(number, [new(TableTransactionActionType.Add, Large(number))])).ToList();
        storage.Faults.Reset();

        Assert.Empty(await UnitSubmitter.SubmitAsync(storage.Tables.Orders, units, None));

        Assert.InRange(storage.Faults.Calls, 4, 7);
    }

    [Fact]
    public async Task Missing_table_is_thrown_and_not_blamed_on_a_unit()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Tables.Orders.DeleteAsync();

        var exception = await Assert.ThrowsAnyAsync<RequestFailedException>(
            () => UnitSubmitter.SubmitAsync(storage.Tables.Orders, [Unit(0, 1)], None));

        Assert.Equal("TableNotFound", exception.ErrorCode);
    }

    private static TableEntity Large(int number)
    {
        var row = new TableEntity("p", $"{number:D2}");
        for (var part = 0; part < 10; part++)
        {
            row[$"Part{part}"] = new string('ü', 12_000);
        }

        return row;
    }

    private static TransactionUnit<int> Unit(int number, int rows) => new(
        number,
        [.. Enumerable.Range(0, rows).Select(row =>
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{number:D2}-{(char)('a' + row)}")))]);
}
