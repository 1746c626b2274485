namespace Embedded.DurableTask.Engine;

/// <summary>What an execution is from its first turn to its last.</summary>
/// <param name="Name">The orchestrator's name.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Generation">How often the instance has continued as new.</param>
/// <param name="Version">Empty if it has none.</param>
/// <param name="ParentName">The calling orchestrator; null for one that a client started.</param>
/// <param name="ParentInstanceId">The calling instance.</param>
/// <param name="Tags">As given at the start.</param>
internal sealed record OrchestrationIdentity(
    string Name,
    string InstanceId,
    int Generation = 0,
    string Version = "",
    string? ParentName = null,
    string? ParentInstanceId = null,
    IReadOnlyDictionary<string, string>? Tags = null);
