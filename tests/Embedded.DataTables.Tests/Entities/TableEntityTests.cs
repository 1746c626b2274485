namespace Embedded.DataTables.Tests.Entities;

public sealed class TableEntityTests
{
    [Fact]
    public void Keys_timestamp_and_ETag_are_entries_too()
    {
        var row = new TableEntity("p", "r") { Timestamp = DateTimeOffset.UnixEpoch, ETag = new ETag("W/\"1\""), ["x"] = 1 };

        Assert.Equal(["PartitionKey", "RowKey", "Timestamp", "odata.etag", "x"], row.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(5, row.Count);
        Assert.Equal("p", row["PartitionKey"]);
        Assert.Equal("W/\"1\"", row["odata.etag"]);
        Assert.Equal(new ETag("W/\"1\""), row.ETag);
    }

    [Fact]
    public void A_name_that_is_missing_reads_as_null_and_an_empty_row_has_no_ETag()
    {
        var row = new TableEntity();

        Assert.Null(row["none"]);
        Assert.Null(row.GetString("none"));
        Assert.Null(row.GetInt32("none"));
        Assert.Null(row.GetBinaryData("none"));
        Assert.False(row.TryGetValue("none", out _));
        Assert.Equal(default, row.ETag);
        Assert.Null(row.Timestamp);
        Assert.Throws<ArgumentException>(() => row[""]);
    }

    [Fact]
    public void A_getter_refuses_a_value_of_another_type()
    {
        var row = new TableEntity { ["text"] = "1", ["int"] = 1, ["long"] = 1L };

        Assert.Throws<InvalidOperationException>(() => row.GetInt32("text"));
        Assert.Throws<InvalidOperationException>(() => row.GetInt64("int"));
        Assert.Throws<InvalidOperationException>(() => row.GetInt32("long"));
        Assert.Throws<InvalidOperationException>(() => row.GetString("int"));
        Assert.Throws<InvalidOperationException>(() => row.GetDateTime("text"));
    }

    [Fact]
    public void The_two_time_types_and_the_two_binary_types_stand_for_each_other()
    {
        var row = new TableEntity { ["offset"] = DateTimeOffset.UnixEpoch, ["time"] = DateTime.UnixEpoch, ["bytes"] = new byte[] { 1 } };

        Assert.Equal(DateTime.UnixEpoch, row.GetDateTime("offset"));
        Assert.Equal(DateTimeOffset.UnixEpoch, row.GetDateTimeOffset("time"));
        Assert.Equal([1], row.GetBinaryData("bytes")!.ToArray());
    }

    [Fact]
    public void A_whole_number_set_over_a_Double_or_an_Int64_keeps_that_type()
    {
        var row = new TableEntity { ["real"] = 0.5, ["large"] = 1L, ["text"] = "t" };

        row["real"] = 2;
        row["large"] = 2;
        row["text"] = 2;

        Assert.Equal([2.0, 2L, 2], [row["real"], row["large"], row["text"]]);
    }

    [Fact]
    public void It_is_a_dictionary()
    {
        IDictionary<string, object?> row = new TableEntity(new Dictionary<string, object?> { ["a"] = 1 });

        row.Add("b", 2);
        row.Add(new("c", 3));
        Assert.Throws<ArgumentException>(() => row.Add("b", 4));
        Assert.True(row.Remove("a"));
        Assert.True(row.Contains(new("b", 2)));
        Assert.True(row.ContainsKey("c"));
        Assert.Equal([2, 3], row.Values);
        Assert.Equal(["b", "c"], row.Select(pair => pair.Key));
        Assert.False(row.IsReadOnly);
        row.Clear();
        Assert.Empty(row);
    }
}
