namespace Reprocessing.Domain.DeadLetters;

/// <summary>The stored state of a failure group, which outlives its entries.</summary>
/// <param name="FirstSeen">Never later than that of any entry, purged or not.</param>
public sealed record FailureGroupMark(
    string Fingerprint,
    ErrorType ErrorType,
    string FailureStatus,
    string SampleReason,
    string SampleOrderId,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen)
{
    /// <summary>When nothing of it was open or failing. It stays when it happens again, which is how a regression is recognised.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public FailureGroupEdit? Edit { get; init; }

    /// <param name="asOf">When the scan began: later entries may be missing from it.</param>
    /// <returns>What to write; null when nothing changed.</returns>
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
        if (found is not { IsActive: true } && (known.ResolvedAt is not { } resolvedAt || resolvedAt < lastSeen))
        {
            // Clocks that differ must not put it before the last entry.
            known = WithSample(known, found) with { LastSeen = lastSeen, ResolvedAt = asOf > lastSeen ? asOf : lastSeen };
        }

        return known == mark ? null : known;
    }

    /// <param name="note">Null keeps the current note while the state stays.</param>
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

    private static FailureGroupMark WithSample(FailureGroupMark mark, FailureGroupCount? found) =>
        found is null ? mark : mark with { SampleReason = found.SampleReason, SampleOrderId = found.SampleOrderId };
}

public sealed record FailureGroupEdit(int Version, bool IsArchived, string By, DateTimeOffset At)
{
    public string? Note { get; init; }
}
