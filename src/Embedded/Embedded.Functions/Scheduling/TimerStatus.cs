using Azure;

namespace Embedded.Functions.Scheduling;

/// <summary>What is kept of a timer between runs. All times are UTC.</summary>
/// <param name="Schedule">The schedule it is about.</param>
/// <param name="Last">The last run; null if there was none.</param>
/// <param name="Next">The occurrence that is waited for.</param>
/// <param name="LastUpdated">When this was written.</param>
/// <param name="Version">Of the stored row: a host that did not see the last change can write nothing.</param>
/// <param name="Owner">The host that wrote it.</param>
internal sealed record TimerStatus(
    string Schedule, DateTimeOffset? Last, DateTimeOffset? Next, DateTimeOffset LastUpdated, ETag Version = default, string? Owner = null);
