namespace Embedded.DataTables.Tests.Entities;

public sealed class EdmTypeTests(AzuriteFixture azurite) : TableTest(azurite)
{
    public static TheoryData<string, object> Values => new()
    {
        { "a text", "text" },
        { "an empty text", "" },
        { "an Int32", 42 },
        { "the lowest Int32", int.MinValue },
        { "an Int64 that would fit an Int32", 42L },
        { "the highest Int64", long.MaxValue },
        { "the lowest Int64", long.MinValue },
        { "a Double", 1.5 },
        { "a whole Double", 3.0 },
        { "a large whole Double", 1e300 },
        { "a negative zero", -0.0 },
        { "the smallest Double", double.Epsilon },
        { "no number", double.NaN },
        { "infinity", double.PositiveInfinity },
        { "negative infinity", double.NegativeInfinity },
        { "true", true },
        { "false", false },
        { "a time", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6789) },
        { "a time without fraction", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
        { "a Guid", Guid.Parse("3f2504e0-4f89-11d3-9a0c-0305e82c3301") },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_comes_back_as_the_type_that_it_was(string name, object value)
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["value"] = value });

        var stored = (await ReadAsync())["value"];

        Assert.Equal(value.GetType(), stored?.GetType());
        Assert.True(Equals(value, stored), $"{name}: {value} came back as {stored}");
    }

    [Fact]
    public async Task Bytes_come_back_whichever_type_they_were_given_as()
    {
        byte[] bytes = [0, 1, 254, 255, .. "+/="u8];
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["array"] = bytes, ["data"] = new BinaryData(bytes), ["none"] = Array.Empty<byte>() });

        var row = await ReadAsync();

        Assert.Equal(bytes, row.GetBinary("array"));
        Assert.Equal(bytes, row.GetBinary("data"));
        Assert.Equal(bytes, row.GetBinaryData("array")!.ToArray());
        Assert.Empty(row.GetBinary("none")!);
    }

    [Fact]
    public async Task A_local_offset_is_stored_as_the_same_moment()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(9));
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["offset"] = time, ["utc"] = time.UtcDateTime });

        var row = await ReadAsync();

        Assert.Equal(time, row.GetDateTimeOffset("offset"));
        Assert.Equal(TimeSpan.Zero, row.GetDateTimeOffset("offset")!.Value.Offset);
        Assert.Equal(time.UtcDateTime, row.GetDateTime("utc"));
        Assert.Equal(DateTimeKind.Utc, row.GetDateTime("utc")!.Value.Kind);
    }

    [Fact]
    public async Task A_time_of_unknown_zone_is_refused()
    {
        var row = new TableEntity("p", "r") { ["time"] = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified) };

        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Table.AddEntityAsync(row));

        Assert.Contains("Kind of Unspecified", error.Message, StringComparison.Ordinal);
        Assert.Empty(await AllRowsAsync());
    }

    [Fact]
    public async Task A_null_is_not_stored_and_removes_nothing_in_a_merge()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["kept"] = 1, ["none"] = null });
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["kept"] = null });

        var row = await ReadAsync();

        Assert.Equal(1, row.GetInt32("kept"));
        Assert.False(row.ContainsKey("none"));
    }

    [Fact]
    public async Task Small_numbers_and_enums_are_stored_as_what_the_service_has()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["byte"] = (byte)7, ["short"] = (short)-7, ["float"] = 0.5f, ["enum"] = DayOfWeek.Friday });

        var row = await ReadAsync();

        Assert.Equal([7, -7, 0.5, "Friday"], [row["byte"], row["short"], row["float"], row["enum"]]);
    }

    [Fact]
    public async Task A_type_that_the_service_lacks_is_refused_by_name()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Table.AddEntityAsync(new TableEntity("p", "r") { ["list"] = new List<int>() }));

        Assert.Contains("'list'", error.Message, StringComparison.Ordinal);
    }

    private async Task<TableEntity> ReadAsync() => (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
}
