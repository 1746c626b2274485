namespace Reprocessing.Domain.DeadLetters;

/// <summary>Dead letters with the same fingerprint.</summary>
public sealed record FailureGroup(string Fingerprint, FailureGroupState State, ErrorType ErrorType, string FailureStatus)
{
    public static readonly TimeSpan NewFor = TimeSpan.FromHours(24);

    /// <summary>Of the newest entry.</summary>
    public required string SampleReason { get; init; }

    public required string SampleOrderId { get; init; }

    /// <summary>0 when all were purged.</summary>
    public required int Count { get; init; }

    /// <summary>Entries still in the queue.</summary>
    public required int OpenCount { get; init; }

    public int ResolvedCount => Count - OpenCount;

    /// <summary>When the first entry arrived, even if it was purged since.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The last time that no entry was open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>By whoever changed the group last.</summary>
    public string? Note { get; init; }

    public string? ArchivedBy { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The last bulk retries and their outcomes, newest first.</summary>
    public IReadOnlyList<GroupRetry>? Retries { get; init; }

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

    private static FailureGroupState StateOf(FailureGroupCount? found, FailureGroupMark mark, TimeSpan age) =>
        mark.Edit is { IsArchived: true } ? FailureGroupState.Archived
        : found is not { OpenCount: > 0 } ? FailureGroupState.Resolved
        : mark.ResolvedAt is { } resolvedAt && found.LastOpenSeen > resolvedAt ? FailureGroupState.Regressed
        : age < NewFor ? FailureGroupState.New
        : FailureGroupState.Ongoing;
}

/// <param name="Outcomes">Of the job's items that were in this group when they were selected.</param>
public sealed record GroupRetry(string JobId, DateTimeOffset RequestedAt, OutcomeCounts Outcomes);

/// <summary>The entries of one group, counted by a scan of all dead letters.</summary>
/// <param name="SampleReason">Of the newest entry, possibly cut.</param>
public sealed record FailureGroupCount(string Fingerprint, ErrorType ErrorType, string FailureStatus, string SampleReason, string SampleOrderId)
{
    public required int Count { get; init; }

    /// <summary>Entries still in the queue.</summary>
    public required int OpenCount { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When the newest open entry arrived; null when none is open.</summary>
    public DateTimeOffset? LastOpenSeen { get; init; }
}

[JsonConverter(typeof(EnumNameConverter<FailureGroupState>))]
public enum FailureGroupState
{
    /// <summary>Has open entries, and was first seen less than <see cref="FailureGroup.NewFor"/> ago.</summary>
    New,

    Ongoing,

    /// <summary>Had no open entry any more, and then a new one arrived.</summary>
    Regressed,

    /// <summary>Has no open entry.</summary>
    Resolved,

    /// <summary>Archived by a person until it is reopened, whatever arrives.</summary>
    Archived,
}
