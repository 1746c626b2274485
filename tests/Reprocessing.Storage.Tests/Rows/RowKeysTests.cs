namespace Reprocessing.Storage.Tests.Rows;

public sealed class RowKeysTests
{
    [Fact]
    public void Keys_are_frozen()
    {
        Assert.Equal("o|ORD-1", RowKeys.Order("ORD-1"));
        Assert.Equal("d|0639223848000000000|ORD-1", RowKeys.Due(ManualTime.Start.UtcTicks, "ORD-1", isPermanent: false));
        Assert.Equal("p|0639223848000000000|ORD-1", RowKeys.Due(ManualTime.Start.UtcTicks, "ORD-1", isPermanent: true));
        Assert.Equal("s|0639223848000000000|ORD-1", RowKeys.Start(ManualTime.Start, "ORD-1"));
        Assert.Equal("e|ORD-1|0000000007", RowKeys.EventPage("ORD-1", 7));
        Assert.Equal("x|2516155127999999999|ORD-1", RowKeys.DeadLetter(ManualTime.Start, "ORD-1"));
        Assert.Equal("o|a!bb!pc!ed", RowKeys.Order("a|b%c!d"));
        Assert.Equal(
            "o|" + new string('x', 200) + "!h93680983dcfef9cdda2019aadc4744d6f33b806795b6478c1ef4565c6d076c95",
            RowKeys.Order(new string('x', 200) + new string('%', 56)));
    }

    [Fact]
    public void Newer_dead_letters_sort_first() =>
        Assert.True(string.CompareOrdinal(
            RowKeys.DeadLetter(ManualTime.Start.AddTicks(1), "A"), RowKeys.DeadLetter(ManualTime.Start, "A")) < 0);

    [Fact]
    public void Different_ids_have_different_keys()
    {
        string[] ids = ["a|b", "a!bb", "a!b", "a%b", "a!pb", "a!eb", "a!", new('%', 256), new string('%', 255) + "!", new('x', 256)];

        Assert.Equal(ids.Length, ids.Select(RowKeys.Order).Distinct().Count());
        Assert.All(ids, id => Assert.True(RowKeys.Due(long.MaxValue, id, isPermanent: false).Length <= 512));
    }
}
