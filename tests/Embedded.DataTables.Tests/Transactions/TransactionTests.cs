using System.Globalization;

namespace Embedded.DataTables.Tests.Transactions;

public sealed class TransactionTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task Every_kind_of_action_is_applied_together()
    {
        foreach (var key in new[] { "merge", "replace", "delete", "upsertMerge", "upsertReplace" })
        {
            await Table.AddEntityAsync(new TableEntity("p", key) { ["old"] = 1 });
        }

        var answer = await Table.SubmitTransactionAsync(
        [
            Act(TableTransactionActionType.Add, "add"),
            Act(TableTransactionActionType.UpdateMerge, "merge", ETag.All),
            Act(TableTransactionActionType.UpdateReplace, "replace", ETag.All),
            Act(TableTransactionActionType.Delete, "delete"),
            Act(TableTransactionActionType.UpsertMerge, "upsertMerge"),
            Act(TableTransactionActionType.UpsertReplace, "upsertReplace"),
            Act(TableTransactionActionType.UpsertMerge, "upsertNew"),
        ]);

        var rows = (await AllRowsAsync()).ToDictionary(row => row.RowKey, row => (row.GetInt32("old"), row.GetInt32("new")));
        Assert.Equal(202, answer.GetRawResponse().Status);
        Assert.All(answer.Value, response => Assert.Equal(204, response.Status));
        Assert.Equal(
            new Dictionary<string, (int?, int?)>
            {
                ["add"] = (null, 2),
                ["merge"] = (1, 2),
                ["replace"] = (null, 2),
                ["upsertMerge"] = (1, 2),
                ["upsertReplace"] = (null, 2),
                ["upsertNew"] = (null, 2),
            },
            rows);
    }

    [Fact]
    public async Task Responses_carry_the_new_ETags_in_the_order_of_the_actions()
    {
        var answer = await Table.SubmitTransactionAsync([Act(TableTransactionActionType.Add, "a"), Act(TableTransactionActionType.UpsertReplace, "b")]);

        var rows = await AllRowsAsync();

        Assert.Equal(rows.Select(row => (ETag?)row.ETag), answer.Value.Select(response => response.Headers.ETag));
    }

    [Fact]
    public async Task A_hundred_actions_are_one_transaction()
    {
        var counter = new CountingPolicy();

        var answer = await TableWith(counter).SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => Act(TableTransactionActionType.Add, Key(i))));

        Assert.Equal(1, counter.Requests);
        Assert.Equal(100, answer.Value.Count);
        Assert.Equal(Enumerable.Range(0, 100).Select(Key), (await AllRowsAsync()).Select(row => row.RowKey));
    }

    [Fact]
    public async Task More_than_a_hundred_actions_are_refused_and_nothing_is_stored()
    {
        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => Table.SubmitTransactionAsync(Enumerable.Range(0, 101).Select(i => Act(TableTransactionActionType.Add, Key(i)))));

        Assert.Equal((400, "InvalidInput"), (error.Status, error.ErrorCode));
        Assert.Contains("100", error.Message, StringComparison.Ordinal);
        Assert.Empty(await AllRowsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(57)]
    [InlineData(99)]
    public async Task A_refused_action_is_named_by_its_place_and_nothing_is_stored(int place)
    {
        await Table.AddEntityAsync(new TableEntity("p", Key(place)) { ["old"] = 1 });

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => Table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => Act(TableTransactionActionType.Add, Key(i)))));

        Assert.Equal(place, error.FailedTransactionActionIndex);
        Assert.Equal((409, "EntityAlreadyExists"), (error.Status, error.ErrorCode));
        var row = Assert.Single(await AllRowsAsync());
        Assert.Equal((1, null), (row.GetInt32("old"), row.GetInt32("new")));
    }

    [Fact]
    public async Task A_stale_ETag_refuses_the_transaction()
    {
        await Table.AddEntityAsync(new TableEntity("p", "fence"));
        var fence = (await AllRowsAsync())[0];
        await Table.UpdateEntityAsync(new TableEntity("p", "fence") { ["n"] = 1 }, ETag.All);

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            Act(TableTransactionActionType.Add, "a"),
            new(TableTransactionActionType.UpdateReplace, fence, fence.ETag),
            Act(TableTransactionActionType.Add, "z"),
        ]));

        Assert.Equal((1, 412, "UpdateConditionNotSatisfied"), (error.FailedTransactionActionIndex, error.Status, error.ErrorCode));
        Assert.Equal(["fence"], (await AllRowsAsync()).Select(row => row.RowKey));
    }

    [Theory]
    [InlineData(TableTransactionActionType.Delete)]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    public async Task A_missing_row_refuses_a_transaction_that_needs_it(TableTransactionActionType type)
    {
        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => Table.SubmitTransactionAsync([Act(TableTransactionActionType.Add, "a"), Act(type, "none", ETag.All)]));

        Assert.Equal((1, 404, "ResourceNotFound"), (error.FailedTransactionActionIndex, error.Status, error.ErrorCode));
        Assert.Empty(await AllRowsAsync());
    }

    [Fact]
    public async Task One_row_twice_is_refused()
    {
        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => Table.SubmitTransactionAsync([Act(TableTransactionActionType.UpsertMerge, "a"), Act(TableTransactionActionType.UpsertMerge, "a")]));

        Assert.Equal((400, "InvalidDuplicateRow"), (error.Status, error.ErrorCode));
        Assert.Empty(await AllRowsAsync());
    }

    [Fact]
    public async Task A_missing_table_refuses_the_transaction()
    {
        var table = new TableClient(Azurite.ConnectionString, AzuriteFixture.NewName());

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync([Act(TableTransactionActionType.Add, "a")]));

        Assert.Equal((404, "TableNotFound"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task An_empty_transaction_is_refused_before_it_is_sent()
        => await Assert.ThrowsAsync<InvalidOperationException>(() => Table.SubmitTransactionAsync([]));

    [Fact]
    public async Task Any_text_survives_in_a_transaction()
    {
        var texts = NastyTexts.InValues.ToArray();

        await Table.SubmitTransactionAsync(texts.Select((text, i) => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity("p", Key(i)) { ["text"] = text, ["number"] = 5L })));

        Assert.Equal(texts, (await AllRowsAsync()).Select(row => row.GetString("text")));
    }

    [Theory]
    [MemberData(nameof(NastyTexts.Keys), MemberType = typeof(NastyTexts))]
    public async Task Any_key_is_added_updated_and_deleted_in_transactions(string key)
    {
        await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity(key, key)),
            new(TableTransactionActionType.Add, new TableEntity(key, "z")),
        ]);
        await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpdateMerge, new TableEntity(key, key) { ["n"] = 1 }, ETag.All),
            new(TableTransactionActionType.Delete, new TableEntity(key, "z")),
        ]);

        var row = Assert.Single(await AllRowsAsync());

        Assert.Equal((key, key, 1), (row.PartitionKey, row.RowKey, row.GetInt32("n")));
    }

    [Fact]
    public async Task Large_rows_share_a_transaction()
    {
        var text = new string('x', 30_000);

        await Table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity("p", Key(i)) { ["text"] = text })));

        Assert.All(await AllRowsAsync(), row => Assert.Equal(text, row.GetString("text")));
    }

    private static string Key(int i) => i.ToString("D4", CultureInfo.InvariantCulture);

    private static TableTransactionAction Act(TableTransactionActionType type, string rowKey, ETag etag = default)
        => new(type, new TableEntity("p", rowKey) { ["new"] = 2 }, etag);
}
