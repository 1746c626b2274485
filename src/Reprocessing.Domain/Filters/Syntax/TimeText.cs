namespace Reprocessing.Domain.Filters.Syntax;

internal static partial class TimeText
{
    /// <summary>Keeps now plus or minus an offset within the range of a time.</summary>
    private const int MaxDays = 36_500;

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("w", TimeSpan.FromDays(7)),
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    private static readonly string[] Formats =
    [
        .. new[] { "yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF" }
            .SelectMany(form => new[] { form, form.Replace('T', ' ') })
            .SelectMany(form => form.Contains('H', StringComparison.Ordinal) ? new[] { form, form + "Z", form + "zzz" } : [form])
            .Distinct(),
    ];

    public static bool IsRelative(string text) =>
        text.StartsWith("now", StringComparison.OrdinalIgnoreCase) && (text.Length == 3 || text[3] is '+' or '-');

    public static FilterValue? ParseTime(string text) => text.Trim() switch
    {
        var time when time.StartsWith("now", StringComparison.OrdinalIgnoreCase) =>
            ParseOffset(time[3..].Trim()) is { } offset ? new FilterValue.FromNow(offset) : null,
        var time => DateTimeOffset.TryParseExact(
            time.ToUpperInvariant(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new FilterValue.Time(at)
            : null,
    };

    /// <summary>Whole numbers with units, in any order, with or without spaces; null when it is not a duration.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        if (Duration().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var ticks = match.Groups["count"].Captures
            .Zip(match.Groups["unit"].Captures, (count, unit) => decimal.Parse(count.Value, CultureInfo.InvariantCulture) * TicksOf(unit.Value))
            .Sum();
        return ticks <= TimeSpan.TicksPerDay * (decimal)MaxDays ? TimeSpan.FromTicks((long)ticks) : null;
    }

    public static string Print(DateTimeOffset at) =>
        $"'{at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)}Z'";

    public static string Print(TimeSpan length)
    {
        var text = new StringBuilder();
        var rest = length;
        foreach (var (name, unit) in Units[1..])
        {
            var count = rest.Ticks / unit.Ticks;
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{name}");
                rest -= count * unit;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    public static string PrintFromNow(TimeSpan offset) =>
        offset == TimeSpan.Zero ? "now" : $"now{(offset < TimeSpan.Zero ? '-' : '+')}{Print(offset.Duration())}";

    private static TimeSpan? ParseOffset(string text) => text switch
    {
        "" => TimeSpan.Zero,
        ['+', .. var length] => ParseDuration(length),
        ['-', .. var length] => -ParseDuration(length),
        _ => null,
    };

    private static long TicksOf(string name) => Units.First(unit => name.Equals(unit.Name, StringComparison.OrdinalIgnoreCase)).Length.Ticks;

    [GeneratedRegex(@"^(\s*(?<count>[0-9]{1,12})(?<unit>[mM][sS]|[wdhmsWDHMS]))+\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();
}
