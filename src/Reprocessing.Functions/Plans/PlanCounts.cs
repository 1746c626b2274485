using System.Numerics;
using System.Runtime.InteropServices;

namespace Reprocessing.Functions.Plans;

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

    public string Hash => _hash.ToString();

    public static PlanCounts Of(IEnumerable<JobItem> items)
    {
        var counts = new PlanCounts();
        foreach (var item in items)
        {
            counts.Add(item);
        }

        return counts;
    }

    public static async Task<PlanCounts> OfAsync(IAsyncEnumerable<JobItem> items)
    {
        var counts = new PlanCounts();
        await foreach (var item in items)
        {
            counts.Add(item);
        }

        return counts;
    }

    private void Add(JobItem item)
    {
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

/// <summary>SHA-256 of every item's id and version, added up modulo 2^256: independent of the order, and unlike with exclusive or an item that comes twice does not cancel itself.</summary>
internal sealed class PlanHash
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    private BigInteger _sum;

    /// <summary>An id holds no line break, so that no other id and version are written alike.</summary>
    public void Add(JobItem item) =>
        _sum = (_sum + new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Id}\n{item.ExpectedVersion}")), isUnsigned: true)) % Modulus;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        _sum.TryWriteBytes(bytes, out _, isUnsigned: true);
        return Convert.ToHexStringLower(bytes);
    }
}
