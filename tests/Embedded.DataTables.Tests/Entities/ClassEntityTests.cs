using System.Runtime.Serialization;

namespace Embedded.DataTables.Tests.Entities;

public sealed class ClassEntityTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task A_class_comes_back_as_it_was()
    {
        var order = new Order
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "O'Brien",
            Number = 1,
            Large = long.MaxValue,
            Real = 3.0,
            Flag = true,
            At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            On = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Id = Guid.Parse("3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            Bytes = [1, 2, 3],
            Data = new BinaryData("data"),
            Day = DayOfWeek.Friday,
            Field = "field",
        };
        var added = await Table.AddEntityAsync(order);

        var read = (await Table.GetEntityAsync<Order>("p", "r")).Value;

        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equivalent(order with { ETag = read.ETag, Timestamp = read.Timestamp, Data = null }, read with { Data = null });
        Assert.Equal("data", read.Data!.ToString());
        Assert.Equal("p/r", read.Computed);
    }

    [Fact]
    public async Task Nullable_properties_are_stored_only_with_a_value()
    {
        await Table.AddEntityAsync(new Optional { PartitionKey = "p", RowKey = "empty" });
        await Table.AddEntityAsync(new Optional
        {
            PartitionKey = "p",
            RowKey = "full",
            Number = 1,
            Large = 2,
            Real = 0.5,
            Flag = false,
            At = DateTimeOffset.UnixEpoch,
            On = DateTime.UnixEpoch,
            Id = Guid.Empty,
            Day = DayOfWeek.Monday,
        });

        var empty = (await Table.GetEntityAsync<Optional>("p", "empty")).Value;
        var full = (await Table.GetEntityAsync<Optional>("p", "full")).Value;
        var stored = (await Table.GetEntityAsync<TableEntity>("p", "empty")).Value;

        Assert.Equal((null, null, null, null), (empty.Number, empty.Large, empty.At, empty.Day));
        Assert.Equal((1, 2L, 0.5, false), (full.Number, full.Large, full.Real, full.Flag));
        Assert.Equal((DateTimeOffset.UnixEpoch, DateTime.UnixEpoch, Guid.Empty, DayOfWeek.Monday), (full.At, full.On, full.Id, full.Day));
        Assert.False(stored.ContainsKey("Number"));
    }

    [Fact]
    public async Task Attributes_say_what_is_stored_and_under_which_name()
    {
        await Table.AddEntityAsync(new Order { PartitionKey = "p", RowKey = "r", Text = "t", Secret = "secret", Day = DayOfWeek.Friday });

        var stored = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal("t", stored["display-text".Replace("-", "_", StringComparison.Ordinal)]);
        Assert.False(stored.ContainsKey("Text"));
        Assert.False(stored.ContainsKey("Secret"));
        Assert.Equal("Friday", stored["Day"]);
        Assert.Equal("p/r", stored["Computed"]);
        Assert.Equal("field", stored["Field"]);
    }

    [Fact]
    public async Task A_column_that_the_class_lacks_is_passed_over()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Number"] = 5, ["Unknown"] = 1L, ["Computed"] = "stored" });

        var read = (await Table.GetEntityAsync<Order>("p", "r")).Value;

        Assert.Equal(5, read.Number);
        Assert.Equal("p/r", read.Computed);
    }

    [Fact]
    public async Task Keys_may_be_implemented_for_the_interface_alone()
    {
        await Table.AddEntityAsync(new Explicit { Value = 1, Key = "k" });

        var read = (await Table.GetEntityAsync<Explicit>("fixed", "k")).Value;

        Assert.Equal((1, "k"), (read.Value, read.Key));
        Assert.NotEqual(default, ((ITableEntity)read).ETag);
    }

    [Fact]
    public async Task A_stored_value_of_another_type_names_its_column()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Number"] = "five" });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Table.GetEntityAsync<Order>("p", "r"));

        Assert.Contains("'Number'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_held_by_its_interface_is_stored_whole()
    {
        ITableEntity row = new Order { PartitionKey = "p", RowKey = "r", Number = 5 };

        await Table.AddEntityAsync(row);

        Assert.Equal(5, (await Table.GetEntityAsync<Order>("p", "r")).Value.Number);
    }

    public sealed record Order : ITableEntity
    {
#pragma warning disable CA1051 // A public field is what is tested.
        public string Field = "field";
#pragma warning restore CA1051

        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        [DataMember(Name = "display_text")]
        public string? Text { get; set; }

        public int Number { get; set; }

        public long Large { get; set; }

        public double Real { get; set; }

        public bool Flag { get; set; }

        public DateTimeOffset At { get; set; } = DateTimeOffset.UnixEpoch;

        public DateTime On { get; set; } = DateTime.UnixEpoch;

        public Guid Id { get; init; }

#pragma warning disable CA1819 // The service's type for bytes.
        public byte[]? Bytes { get; set; }
#pragma warning restore CA1819

        public BinaryData? Data { get; set; }

        public DayOfWeek Day { get; set; }

        [IgnoreDataMember]
        public string? Secret { get; set; }

        public string Computed => $"{PartitionKey}/{RowKey}";
    }

    public sealed class Optional : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public int? Number { get; set; }

        public long? Large { get; set; }

        public double? Real { get; set; }

        public bool? Flag { get; set; }

        public DateTimeOffset? At { get; set; }

        public DateTime? On { get; set; }

        public Guid? Id { get; set; }

        public DayOfWeek? Day { get; set; }
    }

    public sealed class Explicit : ITableEntity
    {
        public int Value { get; set; }

        [IgnoreDataMember]
        public string Key { get; set; } = "";

        string ITableEntity.PartitionKey { get; set; } = "fixed";

        string ITableEntity.RowKey
        {
            get => Key;
            set => Key = value;
        }

        DateTimeOffset? ITableEntity.Timestamp { get; set; }

        ETag ITableEntity.ETag { get; set; }
    }
}
