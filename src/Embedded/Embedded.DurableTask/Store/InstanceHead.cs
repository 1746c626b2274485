using System.Collections.ObjectModel;
using Embedded.DurableTask.History;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>All that is known of an instance without its history.</summary>
internal sealed record InstanceHead
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    /// <summary>One for each start of the id; stays over ContinueAsNew. Tells a message or a child of an earlier run apart.</summary>
    public required string RunId { get; init; }

    public string Version { get; init; } = "";

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    /// <summary>Counts executions of the id: goes up with every ContinueAsNew and every new run, never down.</summary>
    public int Generation { get; init; }

    /// <summary>The generation's history rows.</summary>
    public int HistoryRows { get; init; }

    /// <summary>The turns that came after those rows; see <see cref="HistoryText"/>.</summary>
    public string Recent { get; init; } = "";

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public FailureRecord? Failure { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public ParentLink? Parent { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public IReadOnlyList<StaleHistory> Stale { get; init; } = [];

    public bool HasBegun => HistoryRows > 0 || Recent.Length > 0;

    public bool HasEnded => IsEnded(Status);

    public static bool IsEnded(OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated
        or OrchestrationRuntimeStatus.Canceled;

    /// <summary>This head with the given parts of another.</summary>
    public InstanceHead With(InstanceHead other, HeadParts parts)
    {
        var merged = this;
        if (parts.HasFlag(HeadParts.State))
        {
            merged = merged with
            {
                Status = other.Status,
                Output = other.Output,
                CustomStatus = other.CustomStatus,
                Failure = other.Failure,
            };
        }

        if (parts.HasFlag(HeadParts.Progress))
        {
            merged = merged with { HistoryRows = other.HistoryRows, Recent = other.Recent, LastUpdatedAt = other.LastUpdatedAt };
        }

        if (parts.HasFlag(HeadParts.Execution))
        {
            merged = merged with { Generation = other.Generation, Version = other.Version, Input = other.Input };
        }

        return parts.HasFlag(HeadParts.Stale) ? merged with { Stale = other.Stale } : merged;
    }
}
