using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Workflows;

/// <summary>What the engine says of a workflow, in the engine's own words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkflowStatus>))]
public enum WorkflowStatus
{
    [JsonStringEnumMemberName("Pending")]
    Pending,

    [JsonStringEnumMemberName("Running")]
    Running,

    [JsonStringEnumMemberName("Completed")]
    Completed,

    [JsonStringEnumMemberName("Failed")]
    Failed,

    [JsonStringEnumMemberName("Terminated")]
    Terminated,

    [JsonStringEnumMemberName("Suspended")]
    Suspended,
}
