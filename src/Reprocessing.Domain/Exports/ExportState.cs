using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Exports;

[JsonConverter(typeof(JsonStringEnumConverter<ExportState>))]
public enum ExportState
{
    /// <summary>Its orchestration has not begun.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Written to the end, and records could not be read: each is listed.</summary>
    [JsonStringEnumMemberName("completed_with_skips")]
    CompletedWithSkips,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("canceled")]
    Canceled,
}
