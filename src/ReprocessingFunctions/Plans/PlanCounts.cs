using System.Runtime.InteropServices;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>What a plan's head tells of its items, counted as they stream by.</summary>
internal sealed class PlanCounts
{
    private const int GroupsShown = 50;
    private const string NoGroup = "unknown";
    private const string NoReason = "not_eligible";

    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly PlanHash _hash = new();

    public int Eligible { get; private set; }

    public int All { get; private set; }

    public string Hash => _hash.ToString();

    public void Add(JobItem item)
    {
        All++;
        if (!item.IsEligible)
        {
            Count(_reasons, item.Reason ?? NoReason);
            return;
        }

        Eligible++;
        Count(_groups, item.Group ?? NoGroup);
        _hash.Add(item);
    }

    /// <summary>The most frequent ones.</summary>
    public IReadOnlyDictionary<string, int> Groups() => Ordered(_groups, GroupsShown);

    /// <summary>All of them: there are no more than this app has codes.</summary>
    public IReadOnlyDictionary<string, int> Reasons() => Ordered(_reasons, int.MaxValue);

    private static void Count(Dictionary<string, int> counts, string key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private static Dictionary<string, int> Ordered(IEnumerable<KeyValuePair<string, int>> counts, int most) => counts
        .OrderByDescending(pair => pair.Value)
        .ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Take(most)
        .ToDictionary(StringComparer.Ordinal);
}
