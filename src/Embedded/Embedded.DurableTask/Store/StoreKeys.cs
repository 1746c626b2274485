using System.Globalization;
using System.Text;

namespace Embedded.DurableTask.Store;

/// <summary>
/// Where the rows of an instance lie. Its partition is a bucket; in it the prefix tells the kinds apart:
/// <c>i|id</c> head, <c>h|id|generation|row</c> history, <c>m|id|sequence</c> message, <c>o|id|sequence</c> outbox, <c>f</c> fence.
/// </summary>
internal static class StoreKeys
{
    public const string LeasePartition = "hub";
    public const string LeaseRow = "lease";
    public const string FenceRow = "f";
    public const string HeadPrefix = "i|";
    public const string MessagePrefix = "m|";
    public const string OutboxPrefix = "o|";

    // A row key may have 512 characters; the rest is for prefix, generation and sequence.
    private const int MaxEscapedId = 460;

    /// <summary>FNV-1a over the UTF-16 units: the same on every machine and for ever, as rows are found by it.</summary>
    public static int BucketOf(string instanceId, int bucketCount)
    {
        var hash = 2166136261u;
        foreach (var unit in instanceId)
        {
            hash = (hash ^ (byte)unit) * 16777619u;
            hash = (hash ^ (byte)(unit >> 8)) * 16777619u;
        }

        // The low bits of FNV are weak for short ids: fold the high ones in.
        return (int)((hash ^ (hash >> 16)) % (uint)bucketCount);
    }

    public static string Partition(int bucket) => string.Create(CultureInfo.InvariantCulture, $"b{bucket:D4}");

    public static string Head(string instanceId) => HeadPrefix + Escape(instanceId);

    public static string History(string instanceId, int generation, int row) =>
        string.Create(CultureInfo.InvariantCulture, $"h|{Escape(instanceId)}|{generation:D6}|{row:D8}");

    public static string Message(string instanceId, string sequence) => $"{MessagePrefix}{Escape(instanceId)}|{sequence}";

    public static string Outbox(string instanceId, string sequence) => $"{OutboxPrefix}{Escape(instanceId)}|{sequence}";

    /// <summary>The smallest key that is greater than every key with the prefix.</summary>
    public static string After(string prefix) => string.Concat(prefix.AsSpan(0, prefix.Length - 1), ((char)(prefix[^1] + 1)).ToString());

    /// <summary>
    /// Keys allow neither / \ # ? nor control characters, and | separates: these and the escape itself become =XXXX. Escaping
    /// goes character by character, so that a prefix of an id escapes to a prefix of its key.
    /// </summary>
    public static string Escape(string instanceId)
    {
        if (instanceId.All(IsPlain))
        {
            return instanceId;
        }

        var key = new StringBuilder(instanceId.Length + 16);
        foreach (var unit in instanceId)
        {
            _ = IsPlain(unit) ? key.Append(unit) : key.Append(CultureInfo.InvariantCulture, $"={(int)unit:X4}");
        }

        return key.ToString();
    }

    /// <exception cref="ArgumentException">The id is empty or makes too long a key.</exception>
    public static void Validate(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (Escape(instanceId).Length > MaxEscapedId)
        {
            throw new ArgumentException($"The instance id is too long for a storage key ({MaxEscapedId} characters).", nameof(instanceId));
        }
    }

    // Percent signs, quotes and ampersands are legal in keys, but travel badly in addresses; lone surrogates do not travel at all.
    private static bool IsPlain(char unit) => unit is > ' ' and < '\u007f'
        ? !@"/\#?|=%'""&+".Contains(unit, StringComparison.Ordinal)
        : unit >= '\u00a0' && !char.IsSurrogate(unit);
}
