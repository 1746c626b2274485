namespace ReprocessingFunctions.Tests.DeadLetters;

public sealed class DeadLetterCsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(" blanks stay ", " blanks stay ")]
    [InlineData("Größe 中文 🚚", "Größe 中文 🚚")]
    [InlineData("a=b", "a=b")]
    public void A_text_is_quoted_where_it_has_to_be(string text, string field) => Assert.Equal(field, DeadLetterCsv.Field(text));

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1+1", "'  =1+1")]
    [InlineData("\t=1+1", "'\t=1+1")]
    [InlineData("\tcell", "'\tcell")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1+1", "'＝1+1")]
    public void A_text_that_begins_like_a_formula_stands_behind_an_apostrophe(string text, string field) => Assert.Equal(field, DeadLetterCsv.Field(text));

    [Fact]
    public void Numbers_and_times_are_the_same_everywhere()
    {
        Assert.Equal("-1.5", DeadLetterCsv.Field(-1.5m));
        Assert.Equal("2026-03-01T12:00:00.0000000Z", DeadLetterCsv.Field(Backlog.Start.ToOffset(TimeSpan.FromHours(2))));
        Assert.Equal(string.Empty, DeadLetterCsv.Field(null));
        Assert.Throws<ArgumentException>(() => DeadLetterCsv.Field(new object()));
    }
}
