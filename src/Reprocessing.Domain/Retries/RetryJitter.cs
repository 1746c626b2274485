using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Retries;

[JsonConverter(typeof(JsonStringEnumConverter<RetryJitter>))]
public enum RetryJitter
{
    /// <summary>Anywhere between nothing and the whole delay, so that orders that failed together do not return together.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    [JsonStringEnumMemberName("none")]
    None,
}
