using System.Text;

namespace Reprocessing.Domain.Tests.Imports;

public sealed class CsvPropertyTests
{
    // What CSV treats specially comes up all the time, and so do letters of two, three and four bytes.
    private static readonly Gen<string> Text = Gen.Elements("\"", "\"\"", ",", "\n", "\r\n", "\r", "a", " ", "é", "漢", "🌙", "\uFEFF", "{\"k\":1}", "=", "-", "'", "\t")
        .ListOf().Select(string.Concat);

    private static readonly Gen<int[]> Chunks = Gen.Choose(1, 9).NonEmptyListOf().Select(sizes => sizes.ToArray());

    [Fact]
    public void What_is_written_is_read_whatever_the_pieces_it_comes_in()
    {
        var cases = Gen.Choose(1, 4).SelectMany(width => Text.ArrayOf(width).ListOf())
            .SelectMany(records => Chunks.Select(sizes => (Records: records.ToArray(), Sizes: sizes)));

        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var bytes = Encoding.UTF8.GetBytes("header\r\n" + string.Concat(sample.Records.Select(record => CsvText.Join(record))));

            var read = Read(bytes, sample.Sizes).Skip(1).ToList();

            Assert.All(read, record => Assert.Null(record.Fault));
            Assert.Equal(sample.Records, read.Select(record => CsvText.Split(RecordText.Decode(record.Content.Span)!)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(" blanks stay ", " blanks stay ")]
    [InlineData("a=b", "a=b")]
    [InlineData("'tis", "'tis")]
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
    [InlineData("'=1+1", "''=1+1")]
    public void A_text_is_quoted_where_it_has_to_be_and_one_like_a_formula_stands_behind_an_apostrophe(string text, string field)
    {
        var record = CsvText.Join(["first", text]);

        Assert.Equal($"first,{field}\r\n", record);
        Assert.Equal(["first", text], CsvText.Split(record[..^2]));
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end_and_the_pieces_make_no_difference()
    {
        var cases = Gen.Elements("\"", ",", "\n", "\r", "a", "b\n", "\"x\"", "long text without an end ").ListOf().Select(string.Concat)
            .SelectMany(text => Chunks.Select(sizes => (Text: text, Sizes: sizes)));

        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var bytes = Encoding.UTF8.GetBytes(sample.Text);

            var (inPieces, whole) = (Read(bytes, sample.Sizes, 24), Read(bytes, [1_000], 24));

            Assert.Equal(whole.Select(Show), inPieces.Select(Show));
            Assert.Equal(whole.Select(record => record.At.Offset), whole.Select(record => record.At.Offset).Distinct().Order());
            Assert.All(whole, record => Assert.Equal(1 + bytes[..(int)record.At.Offset].Count(letter => letter == '\n'), record.At.Line));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static (RecordCursor, RecordCursor, RejectReason?, string) Show(RawRecord record) =>
        (record.At, record.Next, record.Fault, record.Fault is null ? Encoding.UTF8.GetString(record.Content.Span) : string.Empty);

    private static List<RawRecord> Read(byte[] bytes, int[] sizes, int limit = RecordReader.MaxRecordBytes) =>
        new RecordReader(new ChunkedStream(bytes, sizes), ImportFormat.Csv, RecordCursor.Start, limit).ReadAsync().ToBlockingEnumerable().ToList();
}
