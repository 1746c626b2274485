using System.Collections.Frozen;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

internal static class StatusSets
{
    public static readonly FrozenSet<OrchestrationRuntimeStatus> Unfinished = FrozenSet.Create(
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);

    public static readonly FrozenSet<OrchestrationRuntimeStatus> Ended = FrozenSet.Create(
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Canceled);

    /// <summary>The statuses that refuse a start: those named, or all unfinished ones if none are.</summary>
    /// <exception cref="ArgumentException">One of them is no status that can refuse.</exception>
    public static IReadOnlySet<OrchestrationRuntimeStatus> Conflicting(IReadOnlyList<string>? names) =>
        names is null ? Unfinished : names.Select(Parse).ToHashSet();

    private static OrchestrationRuntimeStatus Parse(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
        && StartOrchestrationOptionsExtensions.ValidDedupeStatuses.Contains(status)
            ? status
            : throw new ArgumentException($"Invalid orchestration runtime status for deduplication: '{name}'.", nameof(name));
}
