namespace Reprocessing.Domain.Jobs;

public sealed class ErrorPatterns
{
    public const string Other = "other";
    public const int Shown = 20;

    /// <summary>Far more than are shown, so that the top hardly depends on the order in which they come.</summary>
    public const int MostCounted = 1_000;

    private const int LongestWords = 200;

    private readonly Dictionary<string, (string Words, int Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>An order that failed again is told by its failure, in the words of the first of its kind; all else by the reason alone.</summary>
    public void Add(string? reason, string? fingerprint = null, string? message = null)
    {
        var isOrders = reason == ItemReasons.RetriesExhausted && fingerprint is not null && !string.IsNullOrWhiteSpace(message);
        var words = isOrders ? message! : (reason ?? ItemReasons.ProcessingFailed).Replace('_', ' ');
        var pattern = isOrders ? fingerprint! : words;
        if (_counts.TryGetValue(pattern, out var known) || _counts.Count < MostCounted)
        {
            _counts[pattern] = (known.Words ?? words, known.Count + 1);
        }
    }

    public IReadOnlyDictionary<string, int> Top(int most) => _counts.Values
        .GroupBy(pattern => RecordText.Cut(pattern.Words, LongestWords), pattern => pattern.Count, StringComparer.Ordinal)
        .Select(words => (words.Key, Count: words.Sum()))
        .OrderByDescending(words => words.Count)
        .ThenBy(words => words.Key, StringComparer.Ordinal)
        .Take(most)
        .ToDictionary(words => words.Key, words => words.Count, StringComparer.Ordinal);

    /// <summary>Adds <see cref="Other"/>, so that the counts sum up to all failures.</summary>
    public static IReadOnlyDictionary<string, int> WithOther(IReadOnlyDictionary<string, int> shown, int failed)
    {
        var rest = failed - shown.Values.Sum();
        return rest <= 0 ? shown : new Dictionary<string, int>(shown, StringComparer.Ordinal) { [Other] = rest + shown.GetValueOrDefault(Other) };
    }
}
