namespace Reprocessing.Cli.Tests.Terminal;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7_200)]
    [InlineData("1d", 86_400)]
    public void A_length_of_time_is_read(string text, double seconds) => Assert.Equal(seconds, Durations.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("m")]
    [InlineData("5w")]
    [InlineData("1e3")]
    [InlineData("9999999d")]
    public void What_is_none_is_not(string text) => Assert.Null(Durations.Parse(text));

    [Theory]
    [InlineData(0.25, "0.3 s")]
    [InlineData(42.4, "42 s")]
    [InlineData(61, "1 min 01 s")]
    [InlineData(7_260, "2 h 01 min")]
    public void It_is_shown_as_people_say_it(double seconds, string text) => Assert.Equal(text, Durations.Show(seconds));
}
