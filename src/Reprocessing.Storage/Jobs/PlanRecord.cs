using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Jobs;

/// <summary>A frozen selection. Its items are rows of the same partition; the job that applies it works on exactly those.</summary>
public sealed record PlanRecord
{
    public required string PlanId { get; init; }

    public required JobOperation Operation { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The filter as printed by its parser, <c>all</c>, or the number of ids given.</summary>
    public required string Selection { get; init; }

    /// <summary>The operation's own options as JSON; frozen with the selection.</summary>
    public string? Options { get; init; }

    /// <summary>Items that the job will work on.</summary>
    public required int Count { get; init; }

    /// <summary>SHA-256 over ids and versions in order, hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Eligible items a fingerprint; the most frequent ones.</summary>
    public IReadOnlyDictionary<string, int> CountByGroup { get; init; } = new Dictionary<string, int>();

    /// <summary>Items that matched and cannot be worked on, by reason code.</summary>
    public IReadOnlyDictionary<string, int> IneligibleByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>Set once it was applied.</summary>
    public string? JobId { get; init; }
}
