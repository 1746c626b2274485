namespace Reprocessing.Domain.DeadLetters;

public sealed record FailureGroup(string Fingerprint, FailureGroupState State, ErrorType ErrorType, string FailureStatus)
{
    public static readonly TimeSpan NewFor = TimeSpan.FromHours(24);

    public required string SampleReason { get; init; }

    public required string SampleOrderId { get; init; }

    /// <summary>Orders that have failed so and are not dead letters: they are, or will be, restarted.</summary>
    public int FailingCount { get; init; }

    /// <summary>Dead letters, resolved ones too; 0 when all were purged.</summary>
    public required int Count { get; init; }

    public required int OpenCount { get; init; }

    public int ResolvedCount => Count - OpenCount;

    /// <summary>When it first happened, even if nothing is left of it.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The last time that no entry was open and no order failing.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Note { get; init; }

    public string? ArchivedBy { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    public IReadOnlyList<GroupRetry>? Retries { get; init; }

    /// <summary>What the newest of these retries that has an outcome says; null when none has.</summary>
    public GroupVerdict? Verdict => Retries?.Select(retry => VerdictOf(retry.Outcomes)).FirstOrDefault(verdict => verdict is not null);

    /// <summary>Failing orders and open entries in each of the last 24 hours, oldest first.</summary>
    public IReadOnlyList<int>? Recent { get; init; }

    public static FailureGroup? Of(FailureGroupCount? found, FailureGroupMark? mark, DateTimeOffset now)
    {
        if ((mark ?? FailureGroupMark.After(found, null, now)) is not { } known)
        {
            return null;
        }

        var firstSeen = found is not null && found.FirstSeen < known.FirstSeen ? found.FirstSeen : known.FirstSeen;
        var archived = known.Edit is { IsArchived: true } edit ? edit : null;
        return new(known.Fingerprint, StateOf(found, known, now - firstSeen), found?.ErrorType ?? known.ErrorType, found?.FailureStatus ?? known.FailureStatus)
        {
            SampleReason = found?.SampleReason ?? known.SampleReason,
            SampleOrderId = found?.SampleOrderId ?? known.SampleOrderId,
            FailingCount = found?.FailingCount ?? 0,
            Count = found?.Count ?? 0,
            OpenCount = found?.OpenCount ?? 0,
            FirstSeen = firstSeen,
            LastSeen = found is not null && found.LastSeen > known.LastSeen ? found.LastSeen : known.LastSeen,
            ResolvedAt = known.ResolvedAt,
            Note = known.Edit?.Note,
            ArchivedBy = archived?.By,
            ArchivedAt = archived?.At,
        };
    }

    private static GroupVerdict? VerdictOf(OutcomeCounts outcomes) =>
        outcomes.FailedSame + outcomes.DeadLetteredAgain > 0 ? GroupVerdict.StillFailing
        : outcomes.FailedNew > 0 ? GroupVerdict.NewError
        : outcomes.Succeeded > 0 ? GroupVerdict.FixConfirmed
        : null;

    private static FailureGroupState StateOf(FailureGroupCount? found, FailureGroupMark mark, TimeSpan age) =>
        mark.Edit is { IsArchived: true } ? FailureGroupState.Archived
        : found is not { IsActive: true } ? FailureGroupState.Resolved
        : mark.ResolvedAt is { } resolvedAt && found.LastActiveSeen > resolvedAt ? FailureGroupState.Regressed
        : age < NewFor ? FailureGroupState.New
        : FailureGroupState.Ongoing;
}

/// <param name="Outcomes">Of the job's items that were in this group when they were selected.</param>
public sealed record GroupRetry(string JobId, DateTimeOffset RequestedAt, OutcomeCounts Outcomes);

public sealed record FailureGroupCount(string Fingerprint, ErrorType ErrorType, string FailureStatus, string SampleReason, string SampleOrderId)
{
    public int FailingCount { get; init; }

    public required int Count { get; init; }

    public required int OpenCount { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When the newest open entry arrived or the newest failing order failed; null when there is neither.</summary>
    public DateTimeOffset? LastActiveSeen { get; init; }

    public bool IsActive => OpenCount + FailingCount > 0;
}

[JsonConverter(typeof(EnumNameConverter<FailureGroupState>))]
public enum FailureGroupState
{
    New,
    Ongoing,

    /// <summary>Had neither an open entry nor a failing order any more, and then it happened again.</summary>
    Regressed,

    Resolved,

    /// <summary>Archived by a person until it is reopened, whatever arrives.</summary>
    Archived,
}

/// <summary>Whether the cure of a kind of failure works.</summary>
[JsonConverter(typeof(EnumNameConverter<GroupVerdict>))]
public enum GroupVerdict
{
    /// <summary>All that have ended since have succeeded.</summary>
    FixConfirmed,

    /// <summary>Some have failed again as before, or are dead letters again.</summary>
    StillFailing,

    /// <summary>None has failed as before, but some have in another way.</summary>
    NewError,
}

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
            known = known with
            {
                SampleReason = found?.SampleReason ?? known.SampleReason,
                SampleOrderId = found?.SampleOrderId ?? known.SampleOrderId,
                LastSeen = lastSeen,
                ResolvedAt = asOf > lastSeen ? asOf : lastSeen,
            };
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
            : this with { Edit = new((Edit?.Version ?? 0) + 1, isArchived, by, at, kept) };
    }

    private static FailureGroupMark? Of(FailureGroupCount? found) => found is null ? null : new(
        found.Fingerprint, found.ErrorType, found.FailureStatus, found.SampleReason, found.SampleOrderId, found.FirstSeen, found.LastSeen);
}

public sealed record FailureGroupEdit(int Version, bool IsArchived, string By, DateTimeOffset At, string? Note = null);
