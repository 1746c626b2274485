namespace Reprocessing.Cli.Terminal;

/// <summary>Durations as they are typed: <c>90</c> (seconds), <c>90s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class Durations
{
    private const double LongestSeconds = 366 * 86_400.0;

    /// <returns>Null when it is not a duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        var unit = text is [.., var last] && char.IsAsciiLetter(last) ? SecondsOf(last) : 1;
        var figure = text is [.., var letter] && char.IsAsciiLetter(letter) ? text[..^1] : text;
        return unit is { } seconds
            && double.TryParse(figure, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && number * seconds <= LongestSeconds
                ? TimeSpan.FromSeconds(number * seconds)
                : null;
    }

    public static string Show(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3_600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)(seconds % 60):00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)(seconds / 3_600)} h {(int)(seconds % 3_600 / 60):00} min"),
    };

    private static double? SecondsOf(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => null,
    };
}

internal static class Pluralizer
{
    /// <summary>1 item, 2 items.</summary>
    public static string Of(this int count, string noun) => $"{count.Grouped()} {noun}{(count == 1 ? string.Empty : "s")}";
}
