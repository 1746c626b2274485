using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

/// <summary>The stages of fulfilment, in order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    [JsonStringEnumMemberName("validate")]
    Validate,

    [JsonStringEnumMemberName("plan")]
    Plan,

    [JsonStringEnumMemberName("pick")]
    Pick,

    [JsonStringEnumMemberName("pack")]
    Pack,

    [JsonStringEnumMemberName("ship")]
    Ship,
}
