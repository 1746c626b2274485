using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Runs;

/// <param name="Value">What was measured.</param>
/// <param name="Threshold">What it passed.</param>
public sealed record Alert(AlertKind Kind, double Value, double Threshold, string Message);

[JsonConverter(typeof(JsonStringEnumConverter<AlertKind>))]
public enum AlertKind
{
    [JsonStringEnumMemberName("dead_letters")]
    DeadLetters,

    [JsonStringEnumMemberName("errors")]
    Errors,

    [JsonStringEnumMemberName("full_runs")]
    FullRuns,

    [JsonStringEnumMemberName("backlog")]
    Backlog,
}
