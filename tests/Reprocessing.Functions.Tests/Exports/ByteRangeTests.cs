namespace Reprocessing.Functions.Tests.Exports;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-", 0, 99)]
    [InlineData("bytes=10-", 10, 99)]
    [InlineData("bytes=10-19", 10, 19)]
    [InlineData("bytes=10-1000", 10, 99)]
    [InlineData("bytes=-30", 70, 99)]
    [InlineData("bytes=-1000", 0, 99)]
    [InlineData("Bytes= 99 - ", 99, 99)]
    public void A_range_is_what_of_it_is_in_the_file(string header, long first, long last) =>
        Assert.Equal(new(first, last), Read(header));

    [Theory]
    [InlineData("bytes=0-4,10-14")]
    [InlineData("bytes=9-4")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=99999999999999999999-")]
    public void A_range_that_is_not_understood_is_passed_over(string header) => Assert.Null(Read(header));

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=5000-6000")]
    [InlineData("bytes=-0")]
    public void A_range_beyond_the_end_is_one(string header) => Assert.True(Read(header)!.IsBeyond(100));

    private static ByteRange? Read(string header)
    {
        var request = new FakeRequest("GET", "/api/exports/1/content");
        request.Headers.TryAddWithoutValidation("Range", header);
        return ByteRange.Read(request, 100);
    }
}
