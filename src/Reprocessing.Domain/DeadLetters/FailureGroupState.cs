using System.Text.Json.Serialization;

namespace Reprocessing.Domain.DeadLetters;

/// <summary>Where a kind of failure stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureGroupState>))]
public enum FailureGroupState
{
    /// <summary>In the queue, and first seen less than <see cref="FailureGroup.NewFor"/> ago.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("ongoing")]
    Ongoing,

    /// <summary>No entry of it was in the queue any more, and then one came again.</summary>
    [JsonStringEnumMemberName("regressed")]
    Regressed,

    /// <summary>No entry of it is in the queue.</summary>
    [JsonStringEnumMemberName("resolved")]
    Resolved,

    /// <summary>Put aside by somebody, whatever comes, until it is opened again.</summary>
    [JsonStringEnumMemberName("archived")]
    Archived,
}
