namespace Reprocessing.Storage.Heartbeats;

/// <summary>Which attempt of which activity is meant.</summary>
/// <param name="InstanceId">Of the orchestration that called it.</param>
/// <param name="Attempt">From 1.</param>
public sealed record HeartbeatTicket(string InstanceId, string Activity, int Attempt);

/// <summary>The last that was heard of an attempt.</summary>
/// <param name="Done">Of what the activity has to do.</param>
/// <param name="Total">All that it has to do, where it knows.</param>
/// <param name="IsGivenUp">It was silent for too long and another attempt has been made.</param>
public sealed record Heartbeat(
    HeartbeatTicket Ticket, DateTimeOffset At, int Done, int? Total = null, string? Detail = null, bool IsGivenUp = false);
