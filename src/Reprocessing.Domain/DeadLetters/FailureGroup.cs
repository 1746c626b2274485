namespace Reprocessing.Domain.DeadLetters;

/// <summary>Dead letters that failed in the same way, by fingerprint.</summary>
public sealed record FailureGroup(string Fingerprint, FailureGroupState State, ErrorType ErrorType, string FailureStatus)
{
    public static readonly TimeSpan NewFor = TimeSpan.FromHours(24);

    /// <summary>Of the entry that came last.</summary>
    public required string SampleReason { get; init; }

    public required string SampleOrderId { get; init; }

    /// <summary>0 when all were purged.</summary>
    public required int Count { get; init; }

    /// <summary>Those in the queue.</summary>
    public required int OpenCount { get; init; }

    public int ResolvedCount => Count - OpenCount;

    /// <summary>When the first entry came to the queue, purged or not.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When none was found in the queue, the last time that it was so.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Of whoever changed it last.</summary>
    public string? Note { get; init; }

    public string? ArchivedBy { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The last bulk retries of entries of this kind and what came of them, newest first: whether the cure works.</summary>
    public IReadOnlyList<GroupRetry>? Retries { get; init; }

    /// <summary>Null when there is neither an entry nor a memory of one.</summary>
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

/// <param name="Outcomes">Of the job's items that had failed in this way when they were selected.</param>
public sealed record GroupRetry(string JobId, DateTimeOffset RequestedAt, OutcomeCounts Outcomes);

/// <summary>The entries of one kind of failure, as one look at all dead letters finds them.</summary>
/// <param name="SampleReason">Of the entry that came last, perhaps cut.</param>
public sealed record FailureGroupCount(string Fingerprint, ErrorType ErrorType, string FailureStatus, string SampleReason, string SampleOrderId)
{
    public required int Count { get; init; }

    /// <summary>Those in the queue.</summary>
    public required int OpenCount { get; init; }

    /// <summary>When the first of them came to the queue.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When the last of those in the queue came; null when there is none.</summary>
    public DateTimeOffset? LastOpenSeen { get; init; }
}

/// <summary>Where a kind of failure stands.</summary>
[JsonConverter(typeof(EnumNameConverter<FailureGroupState>))]
public enum FailureGroupState
{
    /// <summary>In the queue, and first seen less than <see cref="FailureGroup.NewFor"/> ago.</summary>
    New,

    Ongoing,

    /// <summary>No entry of it was in the queue any more, and then one came again.</summary>
    Regressed,

    /// <summary>No entry of it is in the queue.</summary>
    Resolved,

    /// <summary>Put aside by somebody, whatever comes, until it is opened again.</summary>
    Archived,
}
