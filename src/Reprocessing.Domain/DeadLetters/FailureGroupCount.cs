using Reprocessing.Domain.Failures;

namespace Reprocessing.Domain.DeadLetters;

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
