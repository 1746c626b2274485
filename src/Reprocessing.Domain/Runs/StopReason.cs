using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Runs;

/// <summary>Why a run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StopReason>))]
public enum StopReason
{
    /// <summary>Nothing more was due.</summary>
    [JsonStringEnumMemberName("drained")]
    Drained,

    /// <summary>As many orders were found as the run may take.</summary>
    [JsonStringEnumMemberName("cap_reached")]
    CapReached,

    [JsonStringEnumMemberName("deadline")]
    Deadline,

    /// <summary>The query for due orders kept failing; the result is what was done before.</summary>
    [JsonStringEnumMemberName("query_failed")]
    QueryFailed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>An operator ended it; what was under way was finished.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,

    /// <summary>Its circuit breaker opened once too often.</summary>
    [JsonStringEnumMemberName("circuit_open")]
    CircuitOpen,
}
