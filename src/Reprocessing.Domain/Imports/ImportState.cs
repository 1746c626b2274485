using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Imports;

[JsonConverter(typeof(JsonStringEnumConverter<ImportState>))]
public enum ImportState
{
    /// <summary>The upload is on its way.</summary>
    [JsonStringEnumMemberName("receiving")]
    Receiving,

    /// <summary>All is there; its orchestration has not begun.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Read to the end, and records were rejected: each is listed.</summary>
    [JsonStringEnumMemberName("completed_with_rejects")]
    CompletedWithRejects,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("canceled")]
    Canceled,
}
