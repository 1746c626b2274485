using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>Which heads to list, in the order of their keys.</summary>
internal sealed record HeadQuery
{
    /// <summary>One bucket only; null for all of them.</summary>
    public int? Bucket { get; init; }

    /// <summary>Null or empty for any status.</summary>
    public IReadOnlyCollection<OrchestrationRuntimeStatus>? Statuses { get; init; }

    public string? InstanceIdPrefix { get; init; }

    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Go on after this instance.</summary>
    public string? After { get; init; }

    public int PageSize { get; init; } = 100;

    /// <summary>Whether to read inputs, outputs and custom statuses.</summary>
    public bool WithPayloads { get; init; }

    public bool Matches(InstanceHead head) =>
        (Statuses is not { Count: > 0 } || Statuses.Contains(head.Status))
        && (InstanceIdPrefix is null || head.InstanceId.StartsWith(InstanceIdPrefix, StringComparison.Ordinal))
        && (CreatedFrom is null || head.CreatedAt >= CreatedFrom)
        && (CreatedTo is null || head.CreatedAt <= CreatedTo);
}

/// <param name="Heads">At most a page.</param>
/// <param name="Next">Where the next page goes on; null if there is none.</param>
internal sealed record HeadPage(IReadOnlyList<InstanceHead> Heads, string? Next);
