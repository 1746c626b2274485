using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Failures;

[JsonConverter(typeof(JsonStringEnumConverter<ErrorType>))]
public enum ErrorType
{
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    [JsonStringEnumMemberName("timeout")]
    Timeout,

    [JsonStringEnumMemberName("validation")]
    Validation,

    [JsonStringEnumMemberName("command_failure")]
    CommandFailure,

    [JsonStringEnumMemberName("network")]
    Network,

    [JsonStringEnumMemberName("rate_limit")]
    RateLimit,

    [JsonStringEnumMemberName("resource_exhausted")]
    ResourceExhausted,

    [JsonStringEnumMemberName("conflict")]
    Conflict,
}
