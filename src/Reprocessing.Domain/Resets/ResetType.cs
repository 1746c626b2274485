using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Resets;

/// <summary>The point from which a workflow is run again; in the words of those who have used batch resets before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResetType>))]
public enum ResetType
{
    /// <summary>From the very beginning, with the input that the workflow was first started with.</summary>
    [JsonStringEnumMemberName("FirstWorkflowTask")]
    FirstWorkflowTask,

    /// <summary>From the failed or last stage, by its checkpoint.</summary>
    [JsonStringEnumMemberName("LastWorkflowTask")]
    LastWorkflowTask,

    /// <summary>From the last time that it continued as new, with the input of that continuation.</summary>
    [JsonStringEnumMemberName("LastContinuedAsNew")]
    LastContinuedAsNew,
}
