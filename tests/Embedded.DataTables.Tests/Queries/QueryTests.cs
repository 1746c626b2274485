using System.Globalization;

namespace Embedded.DataTables.Tests.Queries;

public sealed class QueryTests(AzuriteFixture azurite) : TableTest(azurite)
{
    private static readonly Guid Id = Guid.Parse("3f2504e0-4f89-11d3-9a0c-0305e82c3301");
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task More_than_a_page_of_rows_comes_whole_and_in_order()
    {
        await AddAsync(2_345, i => new TableEntity("p", i.ToString("D6", CultureInfo.InvariantCulture)) { ["n"] = i });

        var rows = await ListAsync(Table.QueryAsync<TableEntity>(row => row.PartitionKey == "p"));

        Assert.Equal(Enumerable.Range(0, 2_345), rows.Select(row => row.GetInt32("n")!.Value));
    }

    [Fact]
    public async Task A_query_goes_on_from_a_page_that_an_earlier_one_ended_with()
    {
        await AddAsync(25, i => new TableEntity("p", i.ToString("D6", CultureInfo.InvariantCulture)));
        var first = await FirstPageAsync(Table.QueryAsync<TableEntity>(maxPerPage: 10).AsPages());

        var rest = new List<int>();
        await foreach (var page in Table.QueryAsync<TableEntity>().AsPages(first.ContinuationToken, pageSizeHint: 10))
        {
            rest.Add(page.Values.Count);
            Assert.Equal(200, page.GetRawResponse().Status);
        }

        Assert.Equal(10, first.Values.Count);
        Assert.Equal([10, 5], rest);
    }

    [Theory]
    [MemberData(nameof(NastyTexts.Keys), MemberType = typeof(NastyTexts))]
    public async Task A_page_may_end_at_any_key(string key)
    {
        foreach (var row in new[] { "1 ", "2 ", "3 " })
        {
            await Table.AddEntityAsync(new TableEntity(key, row + key));
        }

        var rows = await ListAsync(Table.QueryAsync<TableEntity>(maxPerPage: 1));

        Assert.Equal(["1 " + key, "2 " + key, "3 " + key], rows.Select(row => row.RowKey));
    }

    [Theory]
    [MemberData(nameof(NastyTexts.Values), MemberType = typeof(NastyTexts))]
    public async Task Any_text_is_found_by_a_filter_and_nothing_else_is(string text)
    {
        await Table.AddEntityAsync(new TableEntity("p", "wanted") { ["text"] = text });
        await Table.AddEntityAsync(new TableEntity("p", "other") { ["text"] = text + "x" });

        var interpolated = await ListAsync(Table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"text eq {text}")));
        var translated = await ListAsync(Table.QueryAsync<TableEntity>(row => row.GetString("text") == text));

        Assert.Equal(["wanted"], interpolated.Select(row => row.RowKey));
        Assert.Equal(["wanted"], translated.Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_value_of_every_type_is_found_by_a_filter()
    {
        await Table.AddEntityAsync(new Typed { PartitionKey = "p", RowKey = "low" });
        await Table.AddEntityAsync(new Typed
        {
            PartitionKey = "p",
            RowKey = "high",
            Number = 5,
            Large = 5_000_000_000,
            Real = 2.0,
            Flag = true,
            At = Noon,
            Id = Id,
            Bytes = [0xAB, 0x0C],
            Day = DayOfWeek.Friday,
        });
        byte[] bytes = [0xAB, 0x0C];
        string[] filters =
        [
            TableClient.CreateQueryFilter($"Number eq {5}"),
            TableClient.CreateQueryFilter($"Large ge {5_000_000_000}"),
            TableClient.CreateQueryFilter($"Real gt {1.5}"),
            TableClient.CreateQueryFilter($"Real eq {2.0}"),
            TableClient.CreateQueryFilter($"Flag eq {true}"),
            TableClient.CreateQueryFilter($"At ge {Noon}"),
            TableClient.CreateQueryFilter($"At eq {Noon.UtcDateTime}"),
            TableClient.CreateQueryFilter($"Id eq {Id}"),
            TableClient.CreateQueryFilter($"Bytes eq {bytes}"),
            TableClient.CreateQueryFilter<Typed>(row => row.Number > 4 && row.Large == 5_000_000_000),
            TableClient.CreateQueryFilter<Typed>(row => row.Real >= 2.0 || row.Number == 99),
            TableClient.CreateQueryFilter<Typed>(row => row.Flag),
            TableClient.CreateQueryFilter<Typed>(row => row.At == Noon && row.Id == Id),
            TableClient.CreateQueryFilter<Typed>(row => row.Day == DayOfWeek.Friday),
            TableClient.CreateQueryFilter<Typed>(row => !(row.Number == 0)),
            TableClient.CreateQueryFilter<Typed>(row => row.RowKey.CompareTo("hi") >= 0 && row.RowKey.CompareTo("hj") < 0),
        ];

        foreach (var filter in filters)
        {
            var found = await ListAsync(Table.QueryAsync<Typed>(filter));
            Assert.True(found is [{ RowKey: "high" }], $"{filter} found {string.Join(", ", found.Select(row => row.RowKey))}");
        }
    }

    [Fact]
    public async Task A_selection_leaves_other_columns_out()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1, ["b"] = 2 });

        var rows = await ListAsync(Table.QueryAsync<TableEntity>(select: ["RowKey", "b"]));

        Assert.Equal(("r", 2), (rows[0].RowKey, rows[0].GetInt32("b")));
        Assert.False(rows[0].ContainsKey("a"));
        Assert.False(rows[0].ContainsKey("PartitionKey"));
    }

    [Fact]
    public async Task Rows_with_different_columns_come_back_each_with_its_own()
    {
        await Table.AddEntityAsync(new TableEntity("p", "1") { ["a"] = 1L, ["b"] = "x" });
        await Table.AddEntityAsync(new TableEntity("p", "2") { ["b"] = 2.5, ["c"] = Id });
        await Table.AddEntityAsync(new TableEntity("p", "3") { ["c"] = "text", ["a"] = true });

        var rows = await AllRowsAsync();

        Assert.Equal([1L, "x", null], [rows[0]["a"], rows[0]["b"], rows[0]["c"]]);
        Assert.Equal([null, 2.5, Id], [rows[1]["a"], rows[1]["b"], rows[1]["c"]]);
        Assert.Equal([true, null, "text"], [rows[2]["a"], rows[2]["b"], rows[2]["c"]]);
    }

    [Fact]
    public async Task A_filter_that_the_service_cannot_read_is_a_400()
    {
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => ListAsync(Table.QueryAsync<TableEntity>("this is no filter")));

        Assert.Equal(400, error.Status);
    }

    [Fact]
    public async Task A_page_is_fetched_only_when_it_is_asked_for()
    {
        await AddAsync(30, i => new TableEntity("p", i.ToString("D6", CultureInfo.InvariantCulture)));
        var counter = new CountingPolicy();
        var pages = TableWith(counter).QueryAsync<TableEntity>(maxPerPage: 10).AsPages();

        await FirstPageAsync(pages);

        Assert.Equal(1, counter.Requests);
    }

    private async Task AddAsync(int count, Func<int, TableEntity> row)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(100))
        {
            await Table.SubmitTransactionAsync(chunk.Select(i => new TableTransactionAction(TableTransactionActionType.Add, row(i))));
        }
    }

    private static async Task<Page<TableEntity>> FirstPageAsync(IAsyncEnumerable<Page<TableEntity>> pages)
    {
        await foreach (var page in pages)
        {
            return page;
        }

        throw new InvalidOperationException("No page.");
    }

    private static async Task<List<T>> ListAsync<T>(AsyncPageable<T> rows)
        where T : notnull
    {
        var list = new List<T>();
        await foreach (var row in rows)
        {
            list.Add(row);
        }

        return list;
    }

    public sealed class Typed : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public int Number { get; set; }

        public long Large { get; set; }

        public double Real { get; set; }

        public bool Flag { get; set; }

        public DateTimeOffset At { get; set; } = DateTimeOffset.UnixEpoch;

        public Guid Id { get; set; }

#pragma warning disable CA1819 // The service's type for bytes.
        public byte[] Bytes { get; set; } = [];
#pragma warning restore CA1819

        public DayOfWeek Day { get; set; }
    }
}
