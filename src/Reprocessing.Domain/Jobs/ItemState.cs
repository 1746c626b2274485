using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Jobs;

/// <summary>Where an item of a job is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemState>))]
public enum ItemState
{
    /// <summary>Not touched.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Started; the job waits for the business outcome.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>A run found its retries used up and moved it to the dead-letter queue.</summary>
    [JsonStringEnumMemberName("dead_lettered")]
    DeadLettered,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Left alone; the reason says why.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>The job was cancelled before it came to this item.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}
