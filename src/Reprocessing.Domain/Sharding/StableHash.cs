namespace Reprocessing.Domain.Sharding;

/// <summary>FNV-1a with a final mix over the UTF-8 bytes. Never change it: stored orders would be looked for in the wrong shard.</summary>
public static class StableHash
{
    public static ulong Of(string text) => Mix(Encoding.UTF8.GetBytes(text).Aggregate(14695981039346656037UL, (hash, value) => (hash ^ value) * 1099511628211UL));

    /// <summary>A number in [0, 1) that depends on the text alone.</summary>
    public static double Fraction(string text) => (Of(text) >> 11) * (1.0 / (1UL << 53));

    // FNV's low bits are weak for short, similar ids, and the shard number is taken from them.
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return hash ^ (hash >> 31);
    }
}
