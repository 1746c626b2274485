using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority
{
    [JsonStringEnumMemberName("standard")]
    Standard,

    [JsonStringEnumMemberName("next_day")]
    NextDay,

    [JsonStringEnumMemberName("same_day")]
    SameDay,
}
