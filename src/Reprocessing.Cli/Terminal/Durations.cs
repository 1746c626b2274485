namespace Reprocessing.Cli.Terminal;

/// <summary>Durations as they are typed: <c>90</c> (seconds), <c>90s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class Durations
{
    private const double LongestSeconds = 366 * 86_400.0;

    /// <returns>Null when it is not a duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        var (figure, unit) = text switch
        {
            [.. var number, 's'] => (number, 1),
            [.. var number, 'm'] => (number, 60),
            [.. var number, 'h'] => (number, 3_600),
            [.. var number, 'd'] => (number, 86_400),
            _ => (text, 1),
        };
        return double.TryParse(figure, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var length)
            && length > 0
            && length * unit <= LongestSeconds
                ? TimeSpan.FromSeconds(length * unit)
                : null;
    }

    public static string Show(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3_600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)(seconds % 60):00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)(seconds / 3_600)} h {(int)(seconds % 3_600 / 60):00} min"),
    };
}

internal static class Pluralizer
{
    /// <summary>1 item, 2 items.</summary>
    public static string Of(this int count, string noun) => $"{count.Grouped()} {noun}{(count == 1 ? string.Empty : "s")}";
}
