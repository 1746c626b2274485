using System.Globalization;
using NCrontab;

namespace Embedded.Functions.Scheduling;

/// <summary>When a timer function is due: NCRONTAB of five or six fields in a time zone, or a constant interval.</summary>
internal abstract class TimerSchedule(string text)
{
    private const int Samples = 10;

    private static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);

    /// <summary>As it was written; a stored status of another text is of another schedule.</summary>
    public string Text { get; } = text;

    /// <summary>The first occurrence after the given time; null if there is none.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>
    /// Whether two occurrences are less than a minute apart. Such a schedule keeps no status, as on the platform: what was missed
    /// comes again before it could be made up for.
    /// </summary>
    public bool IsTooOftenToMonitor(DateTimeOffset now)
    {
        var previous = Next(now);
        for (var i = 0; i < Samples && previous is { } from; i++)
        {
            var next = Next(from);
            if (next - from < ShortestMonitored)
            {
                return true;
            }

            previous = next;
        }

        return false;
    }

    /// <exception cref="FormatException">The text is no schedule.</exception>
    public static TimerSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is 5 or 6)
        {
            try
            {
                return new Cron(text, CrontabSchedule.Parse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 }), zone);
            }
            catch (CrontabException exception)
            {
                throw new FormatException(exception.Message, exception);
            }
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval)
            && interval > TimeSpan.Zero
                ? new Constant(text, interval)
                : throw new FormatException("a schedule is five or six cron fields, or a time span such as 00:05:00.");
    }

    private sealed class Cron(string text, CrontabSchedule cron, TimeZoneInfo zone) : TimerSchedule(text)
    {
        public override DateTimeOffset? Next(DateTimeOffset after)
        {
            var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
            while (true)
            {
                var next = cron.GetNextOccurrence(local);
                if (next == DateTime.MaxValue)
                {
                    return null;
                }

                // An hour that the clock skips does not exist; one that it repeats counts once, the first time.
                if (!zone.IsInvalidTime(next))
                {
                    var offset = zone.IsAmbiguousTime(next) ? zone.GetAmbiguousTimeOffsets(next).Max() : zone.GetUtcOffset(next);
                    var occurrence = new DateTimeOffset(next, offset).ToUniversalTime();
                    if (occurrence > after)
                    {
                        return occurrence;
                    }
                }

                local = next;
            }
        }
    }

    private sealed class Constant(string text, TimeSpan interval) : TimerSchedule(text)
    {
        public override DateTimeOffset? Next(DateTimeOffset after) => after.ToUniversalTime() + interval;
    }
}
