namespace Embedded.Functions.Settings;

/// <summary>The part of host.json that this host heeds. Null means the hub's own default.</summary>
internal sealed record HostJson
{
    public const string DefaultHubName = "TestHubName";

    public string RoutePrefix { get; init; } = "api";

    public string HubName { get; init; } = DefaultHubName;

    public string? DefaultVersion { get; init; }

    public int? PartitionCount { get; init; }

    public int? MaxConcurrentActivityFunctions { get; init; }

    public int? MaxConcurrentOrchestratorFunctions { get; init; }
}
