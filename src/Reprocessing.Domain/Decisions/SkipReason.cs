using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Decisions;

/// <summary>Why a run left an order alone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SkipReason>))]
public enum SkipReason
{
    /// <summary>Another operation holds the order.</summary>
    [JsonStringEnumMemberName("leased")]
    Leased,

    /// <summary>No longer in one of the failure statuses that the run takes.</summary>
    [JsonStringEnumMemberName("not_failed")]
    NotFailed,

    [JsonStringEnumMemberName("active_workflow")]
    ActiveWorkflow,

    /// <summary>The next retry is in the future.</summary>
    [JsonStringEnumMemberName("not_due")]
    NotDue,

    /// <summary>Somebody else changed the order at the same moment.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,

    /// <summary>This run has touched the order already.</summary>
    [JsonStringEnumMemberName("already_in_run")]
    AlreadyInRun,
}
