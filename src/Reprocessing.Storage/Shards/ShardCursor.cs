using System.Text.RegularExpressions;

namespace Reprocessing.Storage.Shards;

/// <summary>
/// How far a merged read has come. All shards are read in one order, so one position serves them all: nothing at or before
/// it is given again, whatever was added or moved meanwhile.
/// </summary>
internal static partial class ShardCursor
{
    /// <exception cref="FormatException">The text is no cursor of ours.</exception>
    public static string? Parse(string? text) => text is null || Shape().IsMatch(text)
        ? text
        : throw new FormatException("The cursor is none that was given out.");

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}
