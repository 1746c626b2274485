namespace Reprocessing.Cli.Output;

/// <summary>A column of a list or a field of an item.</summary>
/// <param name="Name">The CSV header.</param>
/// <param name="Read">The value for a program.</param>
/// <param name="Show">The text for a person.</param>
internal sealed record Column(string Name, Func<JsonElement, string> Read, Func<JsonElement, string> Show)
{
    /// <summary>The name as words: <c>finalFailureStatus</c> becomes final failure status.</summary>
    public string Heading { get; } = string.Concat(
        Name.Select((letter, index) => char.IsAsciiLetterUpper(letter) && index > 0 ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

    /// <param name="name">Null is the last part of the path.</param>
    public static Column Of(string path, string? name = null) => Of(path, name, item => item.At(path).Show());

    /// <summary>ISO 8601 to a program, short to a person.</summary>
    public static Column Time(string path, string? name = null) =>
        Of(path, name, item => ShortTime(item.TextOrNull(path)));

    public static Column Number(string path, string? name = null) =>
        Of(path, name, item => item.NumberOrNull(path)?.Grouped() ?? string.Empty);

    /// <summary>Names with their counts, without zeros.</summary>
    public static Column Counts(string path) => Of(path, name: null, item => string.Join(
        ", ", item.MembersOf(path).Where(member => member.Value.GetRawText() != "0").Select(member => $"{member.Name} {member.Value.GetRawText()}")));

    public static string ShortTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text ?? string.Empty;

    private static Column Of(string path, string? name, Func<JsonElement, string> show) =>
        new(name ?? path[(path.LastIndexOf('.') + 1)..], item => item.At(path).Show(), show);
}
