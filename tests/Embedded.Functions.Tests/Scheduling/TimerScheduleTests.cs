using System.Globalization;
using Embedded.Functions.Scheduling;

namespace Embedded.Functions.Tests.Scheduling;

public sealed class TimerScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z")]
    [InlineData("*/5 * * * *", "2026-01-01T00:01:30Z", "2026-01-01T00:05:00Z")]
    [InlineData("*/15 * * * * *", "2026-01-01T00:00:15Z", "2026-01-01T00:00:30Z")]
    [InlineData("0 30 9 * * 1-5", "2026-01-02T09:30:00Z", "2026-01-05T09:30:00Z")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("00:01:30", "2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z")]
    public void Next_is_the_first_occurrence_after_the_time(string schedule, string after, string next)
    {
        var parsed = TimerSchedule.Parse(schedule, TimeZoneInfo.Utc);

        Assert.Equal(Time(next), parsed.Next(Time(after)));
    }

    [Fact]
    public void Next_of_a_day_that_never_comes_is_none() =>
        Assert.Null(TimerSchedule.Parse("0 0 0 30 2 *", TimeZoneInfo.Utc).Next(Time("2026-01-01T00:00:00Z")));

    [Theory]
    [InlineData("")]
    [InlineData("every day")]
    [InlineData("* * * *")]
    [InlineData("0 0 25 * * *")]
    [InlineData("5")]
    [InlineData("-00:05:00")]
    [InlineData("00:00:00")]
    public void Parse_of_anything_else_says_what_a_schedule_is(string text) =>
        Assert.Throws<FormatException>(() => TimerSchedule.Parse(text, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("0 30 2 * * *", "2026-03-29T00:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("0 30 2 * * *", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("0 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("0 0 9 * * *", "2026-07-01T00:00:00Z", "2026-07-01T07:00:00Z")]
    public void In_a_zone_skipped_hours_do_not_occur_and_repeated_ones_occur_once(string schedule, string after, string next)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        Assert.Equal(Time(next), TimerSchedule.Parse(schedule, berlin).Next(Time(after)));
    }

    [Theory]
    [InlineData("*/15 * * * * *", true)]
    [InlineData("0-5 0 * * * *", true)]
    [InlineData("00:00:59", true)]
    [InlineData("0 * * * * *", false)]
    [InlineData("00:01:00", false)]
    public void A_schedule_below_a_minute_is_not_monitored(string schedule, bool tooOften) =>
        Assert.Equal(tooOften, TimerSchedule.Parse(schedule, TimeZoneInfo.Utc).IsTooOftenToMonitor(Time("2026-01-01T00:00:00Z")));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
