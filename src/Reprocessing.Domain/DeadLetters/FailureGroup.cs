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
    /// <summary>Has open entries or failing orders, and was first seen less than <see cref="FailureGroup.NewFor"/> ago.</summary>
    New,

    Ongoing,

    /// <summary>Had neither an open entry nor a failing order any more, and then it happened again.</summary>
    Regressed,

    Resolved,

    /// <summary>Archived by a person until it is reopened, whatever arrives.</summary>
    Archived,
}
