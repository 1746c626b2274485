using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Retries;

[JsonConverter(typeof(JsonStringEnumConverter<RetryStrategyKind>))]
public enum RetryStrategyKind
{
    [JsonStringEnumMemberName("immediate")]
    Immediate,

    /// <summary>The base delay each time.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>The base delay times the attempt.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>The base delay times the factor once per earlier attempt.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential,

    /// <summary>A list of delays; the last one repeats.</summary>
    [JsonStringEnumMemberName("custom")]
    Custom,
}
