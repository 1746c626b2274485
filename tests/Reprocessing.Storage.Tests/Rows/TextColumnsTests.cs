namespace Reprocessing.Storage.Tests.Rows;

public sealed class TextColumnsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    [InlineData(30_001)]
    [InlineData(200_000)]
    public void Text_of_any_length_comes_back(int length)
    {
        var text = string.Concat(Enumerable.Repeat("ü注🚚x", length / 5)) + new string('y', length % 5);
        var row = new TableEntity("p", "r");

        TextColumns.Write(row, "Data", text);

        Assert.Equal(text, TextColumns.Read(row, "Data"));
        Assert.All(row.Select(column => column.Value), value => Assert.True(value is not byte[] bytes || bytes.Length <= 64 * 1_024));
    }

    [Fact]
    public void Parts_left_from_a_longer_text_are_not_read()
    {
        var row = new TableEntity("p", "r");
        TextColumns.Write(row, "Data", new string('x', 200_000));
        TextColumns.Write(row, "Data", new string('y', 70_000));
        Assert.Equal(new string('y', 70_000), TextColumns.Read(row, "Data"));

        TextColumns.Write(row, "Data", "short");
        Assert.Equal("short", TextColumns.Read(row, "Data"));
    }

    [Fact]
    public void Missing_column_or_part_is_a_broken_row()
    {
        var row = new TableEntity("p", "r");
        Assert.Throws<BrokenRowException>(() => TextColumns.Read(row, "Data"));

        TextColumns.Write(row, "Data", new string('x', 100_000));
        row.Remove("Data1");
        Assert.Throws<BrokenRowException>(() => TextColumns.Read(row, "Data"));
    }
}
