namespace Reprocessing.Domain.DeadLetters;

/// <summary>Failing orders and dead letters with the same fingerprint.</summary>
public sealed record FailureGroup(string Fingerprint, FailureGroupState State, ErrorType ErrorType, string FailureStatus)
{
    public static readonly TimeSpan NewFor = TimeSpan.FromHours(24);

    /// <summary>Of the newest entry.</summary>
    public required string SampleReason { get; init; }

    public required string SampleOrderId { get; init; }

    /// <summary>Orders that have failed so and are not dead letters: they are, or will be, restarted.</summary>
    public int FailingCount { get; init; }

    /// <summary>Dead letters, resolved ones too; 0 when all were purged.</summary>
    public required int Count { get; init; }

    /// <summary>Entries still in the queue.</summary>
    public required int OpenCount { get; init; }

    public int ResolvedCount => Count - OpenCount;

    /// <summary>When it first happened, even if nothing is left of it.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The last time that no entry was open and no order failing.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>By whoever changed the group last.</summary>
    public string? Note { get; init; }

    public string? ArchivedBy { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The last bulk retries and their outcomes, newest first.</summary>
    public IReadOnlyList<GroupRetry>? Retries { get; init; }

    /// <summary>What the newest of these retries that has an outcome says; null when none has.</summary>
    public GroupVerdict? Verdict => Retries?.Select(retry => VerdictOf(retry.Outcomes)).FirstOrDefault(verdict => verdict is not null);

    /// <summary>Failing orders and open entries in each of the last 24 hours, oldest first.</summary>
    public IReadOnlyList<int>? Recent { get; init; }

    /// <summary>Null when there is neither an entry nor a stored state.</summary>
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

/// <summary>What there is of one group, counted by a scan of all failing orders and dead letters.</summary>
/// <param name="SampleReason">Of the newest of them, possibly cut.</param>
public sealed record FailureGroupCount(string Fingerprint, ErrorType ErrorType, string FailureStatus, string SampleReason, string SampleOrderId)
{
    public int FailingCount { get; init; }

    public required int Count { get; init; }

    /// <summary>Entries still in the queue.</summary>
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
    /// <summary>Has open entries or failing orders, and was first seen less than <see cref="FailureGroup.NewFor"/> ago.</summary>
    New,

    Ongoing,

    /// <summary>Had neither an open entry nor a failing order any more, and then it happened again.</summary>
    Regressed,

    /// <summary>Has neither an open entry nor a failing order.</summary>
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
