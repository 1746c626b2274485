using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

[JsonConverter(typeof(JsonStringEnumConverter<RestartPoint>))]
public enum RestartPoint
{
    /// <summary>Every stage runs again.</summary>
    [JsonStringEnumMemberName("beginning")]
    Beginning,

    /// <summary>Stages that an earlier attempt completed are not run again.</summary>
    [JsonStringEnumMemberName("failed_stage")]
    FailedStage,
}
