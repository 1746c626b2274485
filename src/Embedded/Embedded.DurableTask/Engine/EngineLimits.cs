namespace Embedded.DurableTask.Engine;

/// <summary>The platform's limits on one execution.</summary>
internal static class EngineLimits
{
    /// <summary>Longer timers are made of several.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(3);

    /// <summary>Of the JSON as UTF-16.</summary>
    public const int MaxCustomStatusBytes = 16 * 1024;

    public const int MaxCommandsPerExecution = 100_000;

    /// <summary>An orchestrator that yields for ever would hold its thread for ever.</summary>
    public const int MaxContinuationsPerEvent = 100_000;
}
