using Reprocessing.Cli.Http;

namespace Reprocessing.Cli.Terminal;

/// <summary>Numbers and names as people say them.</summary>
internal static class Words
{
    /// <summary>1 item, 2 items.</summary>
    public static string Of(this int count, string noun) => $"{count.Grouped()} {noun}{(count == 1 ? string.Empty : "s")}";

    /// <summary>A member's name as words: <c>finalFailureStatus</c> is final failure status.</summary>
    public static string Spaced(string name) =>
        string.Concat(name.Select((letter, index) => char.IsAsciiLetterUpper(letter) && index > 0 ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));
}
