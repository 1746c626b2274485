using System.Text.Json.Serialization;

namespace Reprocessing.Domain.DeadLetters;

/// <summary>How a dead letter left the queue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterResolution>))]
public enum DeadLetterResolution
{
    /// <summary>The order was started anew, by a person or by a job.</summary>
    [JsonStringEnumMemberName("manual_retry")]
    ManualRetry,

    /// <summary>The order was cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Handed to people; the order stays a dead letter.</summary>
    [JsonStringEnumMemberName("escalated")]
    Escalated,
}
