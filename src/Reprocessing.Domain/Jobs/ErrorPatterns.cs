namespace Reprocessing.Domain.Jobs;

/// <summary>Counts failures by fingerprint or reason in bounded memory.</summary>
public sealed class ErrorPatterns
{
    public const string Other = "other";
    public const int Shown = 20;

    /// <summary>Far more than are shown, so that the top hardly depends on the order in which they come.</summary>
    public const int MostCounted = 1_000;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string pattern)
    {
        if (_counts.Count < MostCounted || _counts.ContainsKey(pattern))
        {
            _counts[pattern] = _counts.GetValueOrDefault(pattern) + 1;
        }
    }

    public IReadOnlyDictionary<string, int> Top(int most) => _counts
        .OrderByDescending(pair => pair.Value)
        .ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Take(most)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Adds <see cref="Other"/>, so that the counts sum up to all failures.</summary>
    public static IReadOnlyDictionary<string, int> WithOther(IReadOnlyDictionary<string, int> shown, int failed)
    {
        var rest = failed - shown.Values.Sum();
        return rest <= 0 ? shown : new Dictionary<string, int>(shown, StringComparer.Ordinal) { [Other] = rest + shown.GetValueOrDefault(Other) };
    }
}
