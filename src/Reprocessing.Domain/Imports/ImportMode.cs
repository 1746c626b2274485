using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Imports;

/// <summary>What is to become of the orders that an import stores.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportMode>))]
public enum ImportMode
{
    /// <summary>Each order's workflow is started.</summary>
    [JsonStringEnumMemberName("start")]
    Start,

    /// <summary>Another system works on them.</summary>
    [JsonStringEnumMemberName("elsewhere")]
    Elsewhere,

    /// <summary>They have failed in another system, and runs restart them here.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
