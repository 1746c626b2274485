using System.Numerics;
using System.Runtime.InteropServices;

namespace Reprocessing.Functions.Plans;

/// <summary>What a plan's head tells of its items, counted as they stream by.</summary>
internal sealed class PlanCounts
{
    private const int GroupsShown = 50;
    private const string NoGroup = "unknown";
    private const string NoReason = "not_eligible";

    private static readonly BigInteger Modulus = BigInteger.One << 256;

    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private BigInteger _hash;

    public int Eligible { get; private set; }

    /// <summary>
    /// SHA-256 of every item's id and version, added up modulo 2^256: independent of their order, and unlike with exclusive or an item that comes twice
    /// does not cancel itself.
    /// </summary>
    public string Hash
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            _hash.TryWriteBytes(bytes, out _, isUnsigned: true);
            return Convert.ToHexStringLower(bytes);
        }
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

        // An id holds no line break, so that no other id and version are written alike.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Id}\n{item.ExpectedVersion}"));
        _hash = (_hash + new BigInteger(hash, isUnsigned: true)) % Modulus;
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
