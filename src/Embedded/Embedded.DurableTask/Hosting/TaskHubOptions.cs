using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Embedded.DurableTask.Hosting;

internal sealed class TaskHubOptions
{
    public required string HubName { get; init; }

    /// <summary>Turns that run at once. They use the processor only, so more than the machine has of them brings nothing.</summary>
    public int MaxConcurrentOrchestrations { get; init; } = 4;

    public int MaxConcurrentActivities { get; init; } = 20;

    /// <summary>Instances of one orchestrator that have a turn or an activity, before another one begins.</summary>
    public int MaxUnderWay { get; init; } = 500;

    /// <summary>Orchestrators that stay in memory between their turns; the others are replayed when something arrives.</summary>
    public int MaxCachedSessions { get; init; } = 2_000;

    public DataConverter DataConverter { get; init; } = JsonDataConverter.Default;

    /// <summary>The version of orchestrations that are started without one.</summary>
    public string DefaultVersion { get; init; } = "";

    public HostIdentity Host { get; init; } = HostIdentity.Current();

    /// <summary>How long a hub stays with a host that no longer renews its lease.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping host waits for turns that are being committed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a process of this machine no longer lives: its hub is free at once.</summary>
    public Func<HostIdentity, bool> IsDead { get; init; } = HostIdentity.IsDeadProcessOfThisMachine;

#pragma warning disable RS0030 // the composition root's default; tests give their own
    public Func<Guid> NewId { get; init; } = Guid.NewGuid;
#pragma warning restore RS0030
}
