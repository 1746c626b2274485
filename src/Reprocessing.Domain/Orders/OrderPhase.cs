using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

/// <summary>
/// Where an order is in its life. The published status of a failed order is its failure status (<see cref="Order.Status"/>);
/// the status of every other phase is the phase's own name.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderPhase>))]
public enum OrderPhase
{
    /// <summary>Created; its first workflow has not begun.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("in_progress")]
    InProgress,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>A restart was decided; the new workflow has not begun.</summary>
    [JsonStringEnumMemberName("pending_retry")]
    PendingRetry,

    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("dead_letter")]
    DeadLetter,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
