namespace Reprocessing.Cli.Output;

/// <summary>A part of an item that people look at.</summary>
/// <param name="Name">As CSV names it; a table writes it in capitals.</param>
/// <param name="Read">What a program is given.</param>
/// <param name="Show">What a person is shown.</param>
internal sealed record Column(string Name, Func<JsonElement, string> Read, Func<JsonElement, string> Show)
{
    /// <param name="name">Null takes the last part of the path.</param>
    public static Column Of(string path, string? name = null) => new(name ?? LastOf(path), item => item.At(path).Show(), item => item.At(path).Show());

    /// <summary>A moment, which is ISO 8601 to a program and short to a person.</summary>
    public static Column Time(string path, string? name = null) =>
        new(name ?? LastOf(path), item => item.At(path).Show(), item => ShortTime(item.TextOrNull(path)));

    public static Column Number(string path, string? name = null) =>
        new(name ?? LastOf(path), item => item.At(path).Show(), item => item.NumberOrNull(path)?.Grouped() ?? string.Empty);

    /// <summary>Names with their numbers, in one line to a person; none that is 0.</summary>
    public static Column Counts(string path) => new(LastOf(path), item => item.At(path).Show(), item => string.Join(
        ", ", item.MembersOf(path).Where(member => member.Value.GetRawText() != "0").Select(member => $"{member.Name} {member.Value.GetRawText()}")));

    /// <summary>How many elements a list has.</summary>
    public static Column CountOf(string path, string name) => new(name, item => Count(item, path), item => Count(item, path));

    public static string ShortTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text ?? string.Empty;

    private static string Count(JsonElement item, string path) => item.ItemsOf(path).Count().ToString(CultureInfo.InvariantCulture);

    private static string LastOf(string path) => path[(path.LastIndexOf('.') + 1)..];
}
