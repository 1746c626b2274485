using Azure.Data.Tables.Models;

namespace Embedded.DataTables.Tests.Tables;

public sealed class TableTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly TableServiceClient _service = new(azurite.ConnectionString);

    [Fact]
    public async Task A_created_table_is_listed_until_it_is_deleted()
    {
        var table = _service.GetTableClient(AzuriteFixture.NewName());

        var created = await table.CreateAsync();

        Assert.Equal(table.Name, created.Value.Name);
        Assert.Contains(table.Name, await NamesAsync());
        Assert.Equal(204, (await table.DeleteAsync()).Status);
        Assert.DoesNotContain(table.Name, await NamesAsync());
    }

    [Fact]
    public async Task Creating_a_table_twice_is_TableAlreadyExists()
    {
        var name = AzuriteFixture.NewName();
        await _service.CreateTableAsync(name);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => _service.CreateTableAsync(name));

        Assert.Equal(409, error.Status);
        Assert.Equal("TableAlreadyExists", error.ErrorCode);
        Assert.True(error.ErrorCode == TableErrorCode.TableAlreadyExists);
    }

    [Fact]
    public async Task CreateIfNotExists_creates_once_and_says_409_after()
    {
        var table = _service.GetTableClient(AzuriteFixture.NewName());

        var first = await table.CreateIfNotExistsAsync();
        var second = await table.CreateIfNotExistsAsync();
        var third = await _service.CreateTableIfNotExistsAsync(table.Name);

        Assert.Equal([204, 409, 409], [first.GetRawResponse().Status, second.GetRawResponse().Status, third.GetRawResponse().Status]);
        Assert.All([first, second, third], response => Assert.Equal(table.Name, response.Value.Name));
    }

    [Fact]
    public async Task Deleting_a_missing_table_answers_404_without_an_exception()
        => Assert.Equal(404, (await _service.DeleteTableAsync(AzuriteFixture.NewName())).Status);

    [Fact]
    public async Task Rows_of_a_missing_table_are_TableNotFound()
    {
        var table = _service.GetTableClient(AzuriteFixture.NewName());

        var adding = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
        var querying = await Assert.ThrowsAsync<RequestFailedException>(() => FirstAsync(table));

        Assert.Equal((404, "TableNotFound"), (adding.Status, adding.ErrorCode));
        Assert.Equal((404, "TableNotFound"), (querying.Status, querying.ErrorCode));
    }

    [Fact]
    public async Task Tables_are_found_by_text_by_expression_and_by_interpolated_filter()
    {
        var name = AzuriteFixture.NewName();
        await _service.CreateTableAsync(name);

        Assert.Equal([name], await NamesAsync(_service.QueryAsync($"TableName eq '{name}'".ToString())));
        Assert.Equal([name], await NamesAsync(_service.QueryAsync(table => table.Name == name)));
        Assert.Equal([name], await NamesAsync(_service.QueryAsync((FormattableString)$"TableName eq {name}")));
        Assert.Equal($"TableName eq '{name}'", TableServiceClient.CreateQueryFilter(table => table.Name == name));
    }

    [Fact]
    public async Task Many_tables_come_in_pages()
    {
        var prefix = AzuriteFixture.NewName("Page");
        foreach (var letter in "ABCDE")
        {
            await _service.CreateTableAsync(prefix + letter);
        }

        var pages = new List<int>();
        var names = new List<string>();
        await foreach (var page in _service.QueryAsync(table => table.Name.CompareTo(prefix) >= 0 && table.Name.CompareTo(prefix + "Z") < 0, maxPerPage: 2).AsPages())
        {
            pages.Add(page.Values.Count);
            names.AddRange(page.Values.Select(table => table.Name));
        }

        Assert.Equal([2, 2, 1], pages);
        Assert.Equal("ABCDE".Select(letter => prefix + letter), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_client_says_where_it_is()
    {
        var table = _service.GetTableClient("Orders");

        Assert.Equal("Orders", table.Name);
        Assert.Equal("devstoreaccount1", table.AccountName);
        Assert.Equal($"http://127.0.0.1:{azurite.Port}/devstoreaccount1/Orders", table.Uri.ToString());
        Assert.Equal($"http://127.0.0.1:{azurite.Port}/devstoreaccount1", _service.Uri.ToString());
    }

    private Task<List<string>> NamesAsync() => NamesAsync(_service.QueryAsync());

    private static async Task<List<string>> NamesAsync(AsyncPageable<TableItem> tables)
    {
        var names = new List<string>();
        await foreach (var table in tables)
        {
            names.Add(table.Name);
        }

        return names;
    }

    private static async Task FirstAsync(TableClient table)
    {
        await foreach (var row in table.QueryAsync<TableEntity>())
        {
            Assert.Fail($"A row in a missing table: {row.RowKey}");
        }
    }
}
