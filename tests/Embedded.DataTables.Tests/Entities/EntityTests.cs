namespace Embedded.DataTables.Tests.Entities;

public sealed class EntityTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task An_added_row_is_read_back_with_its_ETag_and_timestamp()
    {
        var added = await Table.AddEntityAsync(new TableEntity("p", "r") { ["name"] = "value" });

        var row = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(204, added.Status);
        Assert.Equal("value", row["name"]);
        Assert.Equal(added.Headers.ETag, row.ETag);
        Assert.NotNull(row.Timestamp);
    }

    [Fact]
    public async Task Adding_a_row_twice_is_EntityAlreadyExists_and_changes_nothing()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 2 }));

        Assert.Equal((409, "EntityAlreadyExists"), (error.Status, error.ErrorCode));
        Assert.Equal(1, (await ReadAsync()).GetInt32("n"));
    }

    [Fact]
    public async Task Getting_a_missing_row_is_ResourceNotFound()
    {
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Table.GetEntityAsync<TableEntity>("p", "none"));

        Assert.Equal((404, "ResourceNotFound"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task GetEntityIfExists_has_a_value_only_for_a_row_that_is_there()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });

        var found = await Table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        var missing = await Table.GetEntityIfExistsAsync<TableEntity>("p", "none");

        Assert.Equal(1, found.Value!.GetInt32("n"));
        Assert.False(missing.HasValue);
        Assert.Equal(404, missing.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => missing.Value);
    }

    [Fact]
    public async Task A_selection_returns_those_columns_alone()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1, ["b"] = 2 });

        var row = (await Table.GetEntityAsync<TableEntity>("p", "r", ["a"])).Value;

        Assert.Equal(1, row["a"]);
        Assert.False(row.ContainsKey("b"));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task An_update_merges_or_replaces(TableUpdateMode mode, int? old)
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["old"] = 1 });
        var row = await ReadAsync();

        var updated = await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["new"] = 2 }, row.ETag, mode);

        var stored = await ReadAsync();
        Assert.Equal(old, stored.GetInt32("old"));
        Assert.Equal(2, stored.GetInt32("new"));
        Assert.Equal(updated.Headers.ETag, stored.ETag);
    }

    [Fact]
    public async Task An_update_with_a_stale_ETag_is_UpdateConditionNotSatisfied_and_changes_nothing()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });
        var stale = (await ReadAsync()).ETag;
        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["n"] = 2 }, stale);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Table.UpdateEntityAsync(new TableEntity("p", "r") { ["n"] = 3 }, stale));

        Assert.Equal((412, "UpdateConditionNotSatisfied"), (error.Status, error.ErrorCode));
        Assert.Equal(2, (await ReadAsync()).GetInt32("n"));
    }

    [Fact]
    public async Task An_update_of_any_version_needs_a_row_and_no_ETag()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });

        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["n"] = 2 }, ETag.All);
        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => Table.UpdateEntityAsync(new TableEntity("p", "none"), ETag.All));
        await Assert.ThrowsAsync<ArgumentException>(() => Table.UpdateEntityAsync(new TableEntity("p", "r"), default));

        Assert.Equal(2, (await ReadAsync()).GetInt32("n"));
        Assert.Equal(404, missing.Status);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task An_upsert_creates_then_merges_or_replaces(TableUpdateMode mode, int? old)
    {
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["old"] = 1 }, mode);
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["new"] = 2 }, mode);

        var stored = await ReadAsync();
        Assert.Equal(old, stored.GetInt32("old"));
        Assert.Equal(2, stored.GetInt32("new"));
    }

    [Fact]
    public async Task A_delete_removes_the_row_and_answers_404_the_second_time()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(204, (await Table.DeleteEntityAsync("p", "r")).Status);
        Assert.Equal(404, (await Table.DeleteEntityAsync("p", "r")).Status);
        Assert.Empty(await AllRowsAsync());
    }

    [Fact]
    public async Task A_delete_with_a_stale_ETag_leaves_the_row()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"));
        var row = await ReadAsync();
        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["n"] = 2 }, ETag.All);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => Table.DeleteEntityAsync(row, row.ETag));

        Assert.Equal(412, error.Status);
        Assert.Single(await AllRowsAsync());
    }

    [Theory]
    [MemberData(nameof(NastyTexts.Values), MemberType = typeof(NastyTexts))]
    public async Task Any_text_survives_as_a_value(string text)
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["text"] = text });

        Assert.Equal(text, (await ReadAsync()).GetString("text"));
    }

    [Theory]
    [MemberData(nameof(NastyTexts.Keys), MemberType = typeof(NastyTexts))]
    public async Task Any_text_is_a_key_to_add_get_update_and_delete_by(string key)
    {
        await Table.AddEntityAsync(new TableEntity(key, key) { ["n"] = 1 });
        await Table.UpdateEntityAsync(new TableEntity(key, key) { ["n"] = 2 }, ETag.All);
        await Table.UpsertEntityAsync(new TableEntity(key, key) { ["m"] = 3 });

        var row = (await Table.GetEntityAsync<TableEntity>(key, key)).Value;

        Assert.Equal((key, key, 2, 3), (row.PartitionKey, row.RowKey, row.GetInt32("n"), row.GetInt32("m")));
        Assert.Equal(204, (await Table.DeleteEntityAsync(key, key)).Status);
        Assert.Empty(await AllRowsAsync());
    }

    [Fact]
    public async Task A_row_of_nearly_a_mebibyte_survives()
    {
        var row = new TableEntity("p", "r");
        for (var i = 0; i < 15; i++)
        {
            row[$"part{i}"] = new string((char)('a' + i), 32 * 1024);
        }

        await Table.AddEntityAsync(row);

        var stored = await ReadAsync();
        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(row[$"part{i}"], stored[$"part{i}"]));
    }

    [Fact]
    public async Task A_row_without_keys_is_refused_before_it_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.AddEntityAsync(new TableEntity { ["n"] = 1 }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.UpsertEntityAsync(new TableEntity { PartitionKey = "p" }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.GetEntityAsync<TableEntity>(null!, "r"));
        Assert.Empty(await AllRowsAsync());
    }

    private async Task<TableEntity> ReadAsync() => (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
}
