using System.Text;

namespace Embedded.DataTables.Tests.Queries;

public sealed class FilterTests
{
    private readonly string _captured = "field";

    public static TheoryData<FormattableString, string> Literals => new()
    {
        { $"x eq {"O'Brien"}", "x eq 'O''Brien'" },
        { $"x eq {'\''}", "x eq ''''" },
        { $"x eq {new StringBuilder("a'b")}", "x eq 'a''b'" },
        { $"x eq {1}", "x eq 1" },
        { $"x eq {-1L}", "x eq -1L" },
        { $"x eq {1.5}", "x eq 1.5" },
        { $"x eq {2.0}", "x eq 2.0" },
        { $"x eq {1e300}", "x eq 1E+300" },
        { $"x eq {true} or y eq {false}", "x eq true or y eq false" },
        { $"x eq {new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1))}", "x eq datetime'2026-01-02T02:04:05.0000000Z'" },
        { $"x eq {new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1)}", "x eq datetime'2026-01-02T03:04:05.0000001Z'" },
        { $"x eq {Guid.Empty}", "x eq guid'00000000-0000-0000-0000-000000000000'" },
        { $"x eq {new byte[] { 0, 171, 255 }}", "x eq X'00abff'" },
        { $"x eq {new BinaryData(new byte[] { 16 })}", "x eq X'10'" },
        { $"no values, {{braces}}", "no values, {braces}" },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void An_interpolated_value_becomes_a_literal(FormattableString filter, string expected)
        => Assert.Equal(expected, TableClient.CreateQueryFilter(filter));

    [Fact]
    public void An_interpolated_value_that_a_filter_cannot_hold_is_refused()
        => Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"x eq {new List<int>()}"));

    [Fact]
    public void Comparisons_are_translated_whichever_side_the_column_is_on()
    {
        const string Low = "a";
        var high = "b'c";

        Assert.Equal("PartitionKey eq 'a'", Filter(row => row.PartitionKey == Low));
        Assert.Equal("PartitionKey ne 'b''c'", Filter(row => high != row.PartitionKey));
        Assert.Equal("Number gt 5", Filter(row => 5 < row.Number));
        Assert.Equal("Number le 5", Filter(row => 5 >= row.Number));
        Assert.Equal("Large ge 5L", Filter(row => row.Large >= 5));
        Assert.Equal("Real lt 0.5", Filter(row => row.Real < 0.5));
        Assert.Equal("PartitionKey eq 'field'", Filter(row => row.PartitionKey == _captured));
        Assert.Equal("Number eq 3", Filter(row => row.Number == "abc".Length));
    }

    [Fact]
    public void Logic_is_translated_with_brackets()
        => Assert.Equal(
            "((Number gt 1) and (Number lt 9)) or (not (Flag eq true))",
            Filter(row => (row.Number > 1 && row.Number < 9) || !row.Flag));

    [Fact]
    public void Text_order_is_translated_from_each_way_to_write_it()
    {
        Assert.Equal("RowKey ge 'a'", Filter(row => row.RowKey.CompareTo("a") >= 0));
        Assert.Equal("RowKey lt 'b'", Filter(row => string.Compare(row.RowKey, "b") < 0));
        Assert.Equal("RowKey lt 'b'", Filter(row => string.CompareOrdinal(row.RowKey, "b") < 0));
        Assert.Equal("RowKey gt 'a'", Filter(row => 0 < row.RowKey.CompareTo("a")));
        Assert.Equal("RowKey eq 'a'", Filter(row => row.RowKey.Equals("a")));
        Assert.Equal("RowKey eq 'a'", Filter(row => string.Equals(row.RowKey, "a")));
    }

    [Fact]
    public void Enums_nullables_and_renamed_columns_are_translated()
    {
        Assert.Equal("Day eq 'Friday'", Filter(row => row.Day == DayOfWeek.Friday));
        Assert.Equal("MaybeDay ne 'Friday'", Filter(row => row.MaybeDay != DayOfWeek.Friday));
        Assert.Equal("MaybeNumber eq 1", Filter(row => row.MaybeNumber == 1));
        Assert.Equal("MaybeNumber gt 1", Filter(row => row.MaybeNumber!.Value > 1));
        Assert.Equal("renamed eq 'x'", Filter(row => row.Name == "x"));
        Assert.Equal("Id eq guid'00000000-0000-0000-0000-000000000000'", Filter(row => row.Id.Equals(Guid.Empty)));
    }

    [Fact]
    public void Entries_of_a_dictionary_row_are_columns()
    {
        Assert.Equal("x eq 5", TableClient.CreateQueryFilter<TableEntity>(row => row.GetInt32("x") == 5));
        Assert.Equal("x eq 5", TableClient.CreateQueryFilter<TableEntity>(row => (int)row["x"]! == 5));
        Assert.Equal(
            "(PartitionKey eq 'p') and (x gt 'a')",
            TableClient.CreateQueryFilter<TableEntity>(row => row.PartitionKey == "p" && row.GetString("x")!.CompareTo("a") > 0));
    }

    [Fact]
    public void What_the_service_cannot_do_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => Filter(row => row.Name!.StartsWith('x')));
        Assert.Throws<NotSupportedException>(() => Filter(row => row.Name == row.PartitionKey));
        Assert.Throws<NotSupportedException>(() => Filter(row => row.Number + 1 == 2));
        Assert.Throws<NotSupportedException>(() => Filter(row => row.Name == null));
        Assert.Throws<NotSupportedException>(() => Filter(row => row.Day > DayOfWeek.Friday));
    }

    private static string Filter(System.Linq.Expressions.Expression<Func<Row, bool>> filter) => TableClient.CreateQueryFilter(filter);

    private sealed class Row : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public int Number { get; set; }

        public long Large { get; set; }

        public double Real { get; set; }

        public bool Flag { get; set; }

        public int? MaybeNumber { get; set; }

        public DayOfWeek Day { get; set; }

        public DayOfWeek? MaybeDay { get; set; }

        public Guid Id { get; set; }

        [System.Runtime.Serialization.DataMember(Name = "renamed")]
        public string? Name { get; set; }
    }
}
