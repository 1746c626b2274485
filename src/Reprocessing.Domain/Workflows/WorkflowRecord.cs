namespace Reprocessing.Domain.Workflows;

/// <param name="StartTime">When the start was decided; of the latest run, if the instance ran again.</param>
/// <param name="OrderStatus">While this is the order's latest workflow, the order's status; later the one it left the order in.</param>
/// <param name="OriginalInput">JSON. Null if it is stored elsewhere or longer than <see cref="MaxInputBytes"/>.</param>
/// <param name="PreviousInstance">The instance that this one continues; its own id when the same instance ran again.</param>
/// <param name="Version">The higher one of two records wins. An order's workflow has the order's version, any other the UTC ticks of the event.</param>
/// <param name="Revision">Rises when a check of the engine corrects the record.</param>
public sealed record WorkflowRecord(
    string InstanceId,
    string Type,
    WorkflowStatus Status,
    DateTimeOffset StartTime,
    DateTimeOffset? CloseTime = null,
    string? OrderId = null,
    string? OrderStatus = null,
    string? CustomerId = null,
    int RetryCount = 0,
    int Generation = 0,
    int Continuations = 0,
    string? OriginalInput = null,
    string? PreviousInstance = null,
    string? NextInstance = null,
    string? ResetReason = null,
    string? ResetJobId = null,
    long Version = 0,
    int Revision = 0)
{
    /// <summary>A longer input (UTF-8) is not stored, to keep the index fast.</summary>
    public const int MaxInputBytes = 16 * 1_024;

    [JsonIgnore]
    public bool HasEnded => Status is WorkflowStatus.Completed or WorkflowStatus.Failed or WorkflowStatus.Terminated;

    /// <summary>Merges with the stored record: records may arrive late and twice.</summary>
    public WorkflowRecord Over(WorkflowRecord? stored)
    {
        if (stored is null)
        {
            return this;
        }

        // What only one of the two knows is kept: a successor reports the lineage, and the input is reported once.
        var (newer, older) = (Version, Revision).CompareTo((stored.Version, stored.Revision)) > 0 ? (this, stored) : (stored, this);
        return newer with
        {
            OrderStatus = newer.OrderStatus ?? older.OrderStatus,
            OriginalInput = newer.OriginalInput ?? older.OriginalInput,
            PreviousInstance = newer.PreviousInstance ?? older.PreviousInstance,
            NextInstance = newer.NextInstance ?? older.NextInstance,
            ResetReason = newer.ResetReason ?? older.ResetReason,
            ResetJobId = newer.ResetJobId ?? older.ResetJobId,
        };
    }
}

/// <summary>The engine's status, in the engine's own words.</summary>
[JsonConverter(typeof(EnumNameConverter<WorkflowStatus>))]
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

public static class WorkflowTypes
{
    public const string OrderFulfillment = "OrderFulfillment";
}
