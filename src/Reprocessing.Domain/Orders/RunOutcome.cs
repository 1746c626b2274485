using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    [JsonStringEnumMemberName("restarted")]
    Restarted,

    [JsonStringEnumMemberName("dead_lettered")]
    DeadLettered,
}
