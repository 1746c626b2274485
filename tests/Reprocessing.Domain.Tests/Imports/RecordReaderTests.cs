using System.Text;

namespace Reprocessing.Domain.Tests.Imports;

public sealed class RecordReaderTests
{
    private const int Limit = 64;

    [Theory]
    [InlineData("a,b\nc,d\n", "1:a,b|2:c,d")]
    [InlineData("a,b\r\nc,d\r\n", "1:a,b|2:c,d")]
    [InlineData("a,b\nc,d", "1:a,b|2:c,d")]
    [InlineData("\n\r\na\n\n\nb\n\n", "3:a|6:b")]
    [InlineData("\"x\ny\",1\r\n\"p\"\"\r\nq\"\nlast", "1:\"x\ny\",1|3:\"p\"\"\r\nq\"|5:last")]
    [InlineData("\"\",\"\"\n", "1:\"\",\"\"")]
    [InlineData("\"a\"\r", "1:\"a\"")]
    [InlineData("a\rb\n", "1:a\rb")]
    [InlineData("", "")]
    public async Task Records_end_at_line_ends_outside_quotes(string csv, string expected) =>
        Assert.Equal(expected, Show(await ReadAsync(csv)));

    [Theory]
    [InlineData("a,\"b\nc,d\ne,f\n", "1:!unterminated_quote|2:c,d|3:e,f")]
    [InlineData("x\na,b\"c\nd\n", "1:x|2:!malformed_quote|3:d")]
    [InlineData("\"a\"b,c\nd\n", "1:!malformed_quote|2:d")]
    [InlineData("a,\"b\n\"c\",d\n\"e\",f\n", "1:!malformed_quote|2:\"c\",d|3:\"e\",f")]
    [InlineData("a,\"b", "1:!unterminated_quote")]
    public async Task A_quote_at_fault_costs_its_line_and_no_other(string csv, string expected) =>
        Assert.Equal(expected, Show(await ReadAsync(csv)));

    [Fact]
    public async Task A_record_that_is_too_long_is_rejected_and_the_next_one_read()
    {
        var csv = $"a\n{new string('x', 3 * Limit)}\nb\n{new string('y', Limit)}\nc\n";

        Assert.Equal($"1:a|2:!record_too_large|3:b|4:{new string('y', Limit)}|5:c", Show(await ReadAsync(csv)));
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_within_the_limit_costs_its_line()
    {
        var lines = string.Concat(Enumerable.Range(2, 30).Select(number => $"line {number}\n"));

        var records = await ReadAsync($"a,\"b\n{lines}");

        Assert.Equal("1:!unterminated_quote|2:line 2", Show(records[..2]));
        Assert.Equal(31, records.Count);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_first_record()
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. "orderId\nA\n"u8];

        var records = await ReadAsync(bytes, ImportFormat.Csv, RecordCursor.Start, [1]);

        Assert.Equal("1:orderId|2:A", Show(records));
        Assert.Equal(3, records[0].At.Offset);
    }

    [Fact]
    public async Task Quotes_mean_nothing_to_JSON_lines()
    {
        var records = await ReadAsync("{\"a\":\"\n{\"b\":1}\n"u8.ToArray(), ImportFormat.JsonLines, RecordCursor.Start, [7]);

        Assert.Equal("1:{\"a\":\"|2:{\"b\":1}", Show(records));
    }

    [Fact]
    public async Task A_reader_that_starts_at_a_cursor_goes_on_as_the_first_one_would_have()
    {
        var bytes = Encoding.UTF8.GetBytes("h1,h2\n\"x\ny\",1\n\na,\"b\nc,d\nlast,1");
        var all = await ReadAsync(bytes, ImportFormat.Csv, RecordCursor.Start, [5]);

        for (var index = 0; index < all.Count; index++)
        {
            var rest = await ReadAsync(bytes[(int)all[index].Next.Offset..], ImportFormat.Csv, all[index].Next, [3]);
            Assert.Equal(Show(all[(index + 1)..]), Show(rest));
        }
    }

    [Fact]
    public async Task What_is_kept_of_an_endless_line_is_bounded()
    {
        var record = Assert.Single(await ReadAsync(new byte[5_000_000], ImportFormat.Csv, RecordCursor.Start, [65_536]));

        Assert.Equal(RejectReason.RecordTooLarge, record.Fault);
        Assert.Equal(5_000_000, record.Next.Offset);
        Assert.InRange(record.Content.Length, 1, RecordReader.MaxFaultyBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(65_536)]
    public async Task What_was_added_after_the_end_is_not_read(int chunk)
    {
        var bytes = "a,1\nb,2\nc,3 and what was added later\nd,4\n"u8.ToArray();
        var all = await new RecordReader(new ChunkedStream(bytes, [chunk]), ImportFormat.Csv, RecordCursor.Start, end: 11).ReadAsync().ToListAsync();
        var rest = await new RecordReader(new ChunkedStream(bytes[4..], [chunk]), ImportFormat.Csv, all[0].Next, end: 11).ReadAsync().ToListAsync();

        Assert.Equal("1:a,1|2:b,2|3:c,3", Show(all));
        Assert.Equal(Show(all[1..]), Show(rest));
        Assert.Equal(11, all[^1].Next.Offset);
    }

    private static Task<List<RawRecord>> ReadAsync(string csv) =>
        ReadAsync(Encoding.UTF8.GetBytes(csv), ImportFormat.Csv, RecordCursor.Start, [1]);

    private static async Task<List<RawRecord>> ReadAsync(byte[] bytes, ImportFormat format, RecordCursor start, int[] chunks)
    {
        List<RawRecord> records = [];
        await foreach (var record in new RecordReader(new ChunkedStream(bytes, chunks), format, start, Limit).ReadAsync())
        {
            records.Add(record);
        }

        return records;
    }

    private static string Show(IEnumerable<RawRecord> records) => string.Join('|', records.Select(record =>
        $"{record.At.Line}:{(record.Fault is { } fault ? $"!{EnumNames.Of(fault)}" : Encoding.UTF8.GetString(record.Content.Span))}"));
}
