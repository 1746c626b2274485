using System.Text.Json.Serialization;

namespace Reprocessing.Storage.Results;

/// <summary>A tick of the schedule that started no run.</summary>
public sealed record SkippedTick(DateTimeOffset At, TickSkipReason Reason);

[JsonConverter(typeof(JsonStringEnumConverter<TickSkipReason>))]
public enum TickSkipReason
{
    [JsonStringEnumMemberName("already_running")]
    AlreadyRunning,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    [JsonStringEnumMemberName("paused")]
    Paused,
}
