namespace Reprocessing.Domain.DeadLetters;

/// <summary>What is remembered of a kind of failure when its entries have gone.</summary>
/// <param name="FirstSeen">Never later than that of any entry that was met, purged or not.</param>
/// <param name="LastSeen">As of the last time that the mark was written.</param>
public sealed record FailureGroupMark(
    string Fingerprint,
    ErrorType ErrorType,
    string FailureStatus,
    string SampleReason,
    string SampleOrderId,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen)
{
    /// <summary>When no entry of it was found in the queue; stays when one comes again, which is how that is told.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Null while nobody has put it aside.</summary>
    public FailureGroupEdit? Edit { get; init; }

    /// <param name="found">Null when no entry of the group is left.</param>
    /// <param name="mark">Null before the first.</param>
    /// <param name="asOf">When the look began that found so: what came since is not in it for certain.</param>
    /// <returns>The mark to be written; null when it is right as it is.</returns>
    public static FailureGroupMark? After(FailureGroupCount? found, FailureGroupMark? mark, DateTimeOffset asOf)
    {
        if ((mark ?? Of(found)) is not { } known)
        {
            return null;
        }

        if (found is not null && found.FirstSeen < known.FirstSeen)
        {
            known = known with { FirstSeen = found.FirstSeen };
        }

        var lastSeen = found is not null && found.LastSeen > known.LastSeen ? found.LastSeen : known.LastSeen;
        if (found is not { OpenCount: > 0 } && (known.ResolvedAt is not { } resolvedAt || resolvedAt < lastSeen))
        {
            // Not before the last entry came, which clocks that differ could make it.
            known = Seen(known, found) with { LastSeen = lastSeen, ResolvedAt = asOf > lastSeen ? asOf : lastSeen };
        }

        return known == mark ? null : known;
    }

    /// <param name="note">Null keeps the one there is while the state stays.</param>
    /// <returns>Null when it is so already.</returns>
    public FailureGroupMark? With(bool isArchived, string? note, string by, DateTimeOffset at)
    {
        var wasArchived = Edit is { IsArchived: true };
        var kept = isArchived == wasArchived ? note ?? Edit?.Note : note;
        return isArchived == wasArchived && kept == Edit?.Note
            ? null
            : this with { Edit = new((Edit?.Version ?? 0) + 1, isArchived, by, at) { Note = kept } };
    }

    private static FailureGroupMark? Of(FailureGroupCount? found) => found is null ? null : new(
        found.Fingerprint, found.ErrorType, found.FailureStatus, found.SampleReason, found.SampleOrderId, found.FirstSeen, found.LastSeen);

    private static FailureGroupMark Seen(FailureGroupMark mark, FailureGroupCount? found) =>
        found is null ? mark : mark with { SampleReason = found.SampleReason, SampleOrderId = found.SampleOrderId };
}

/// <summary>The last word of a person on a kind of failure.</summary>
/// <param name="Version">Counts the words.</param>
/// <param name="IsArchived">False when it was opened again.</param>
public sealed record FailureGroupEdit(int Version, bool IsArchived, string By, DateTimeOffset At)
{
    public string? Note { get; init; }
}
