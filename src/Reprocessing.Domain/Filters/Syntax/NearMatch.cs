namespace Reprocessing.Domain.Filters.Syntax;

internal static class NearMatch
{
    private const int LongestWord = 40;

    /// <summary>The nearest candidate within a third of the word's letters, or one that starts with the word.</summary>
    public static string? Find(string word, IEnumerable<string> candidates) => word.Length is 0 or > LongestWord ? null : candidates
        .Select(candidate => (candidate, distance: Score(word, candidate)))
        .Where(scored => scored.distance <= Math.Max(1, word.Length / 3))
        .OrderBy(scored => scored.distance).ThenBy(scored => scored.candidate, StringComparer.Ordinal)
        .Select(scored => scored.candidate)
        .FirstOrDefault();

    private static int Score(string word, string candidate) =>
        word.Length >= 3 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(word, candidate);

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
