using Azure.Data.Tables;
using Embedded.Functions.Settings;

namespace Embedded.Functions.Hosting;

/// <summary>What the host has found out about itself before it starts.</summary>
internal sealed record HostFacts(HostJson Host, string StorageConnection, bool IsLocalDevelopment, string EnvironmentName, string ContentRoot)
{
    /// <summary>The host's own table, beside the hub's: keys and timers. Deleted with the hub, it leaves nothing behind.</summary>
    public string TableName => Host.HubName + "Host";

    /// <summary>Where Azurite keeps its rows if this host has to start it.</summary>
    public required string AzuriteLocation { get; init; }

    public bool ShowKeys { get; init; }

    public TableClientOptions StorageOptions { get; init; } = new();
}
