using System.Globalization;
using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters.Groups;

/// <summary>A group's place in the list. A group whose counts change between two pages may be met twice or not at all.</summary>
internal sealed record FailureGroupCursor(int OpenCount, long LastSeenTicks, string Fingerprint) : IComparable<FailureGroupCursor>
{
    public static FailureGroupCursor Of(FailureGroup group) => new(group.OpenCount, group.LastSeen.UtcTicks, group.Fingerprint);

    /// <exception cref="FormatException">The text is no cursor of ours.</exception>
    public static FailureGroupCursor? Parse(string? text) =>
        text is null ? null
        : text.Split('|', 3) is [var open, var ticks, var fingerprint]
            && int.TryParse(open, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var lastSeen)
            ? new(count, lastSeen, fingerprint)
        : throw new FormatException("The cursor is none that was given out.");

    public int CompareTo(FailureGroupCursor? other) =>
        other is null ? 1
        : OpenCount != other.OpenCount ? other.OpenCount.CompareTo(OpenCount)
        : LastSeenTicks != other.LastSeenTicks ? other.LastSeenTicks.CompareTo(LastSeenTicks)
        : string.CompareOrdinal(Fingerprint, other.Fingerprint);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{OpenCount}|{LastSeenTicks}|{Fingerprint}");
}
