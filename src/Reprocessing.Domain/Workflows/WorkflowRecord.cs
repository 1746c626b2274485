namespace Reprocessing.Domain.Workflows;

/// <summary>A workflow instance in the index.</summary>
/// <param name="StartTime">When the start was decided; of the latest run, if the instance ran again.</param>
public sealed record WorkflowRecord(string InstanceId, string Type, WorkflowStatus Status, DateTimeOffset StartTime)
{
    /// <summary>A longer input (UTF-8) is not stored, to keep the index fast.</summary>
    public const int MaxInputBytes = 16 * 1_024;

    public DateTimeOffset? CloseTime { get; init; }

    public string? OrderId { get; init; }

    /// <summary>While this is the order's latest workflow, the order's status; later the one it left the order in.</summary>
    public string? OrderStatus { get; init; }

    public string? CustomerId { get; init; }

    public int RetryCount { get; init; }

    public int Generation { get; init; }

    public int Continuations { get; init; }

    /// <summary>JSON. Null if it is stored elsewhere or longer than <see cref="MaxInputBytes"/>.</summary>
    public string? OriginalInput { get; init; }

    /// <summary>The instance that this one continues; its own id when the same instance ran again.</summary>
    public string? PreviousInstance { get; init; }

    public string? NextInstance { get; init; }

    public string? ResetReason { get; init; }

    public string? ResetJobId { get; init; }

    /// <summary>
    /// The higher version of two records wins. An order's workflow has the order's version, any other the UTC ticks of the event.
    /// </summary>
    public long Version { get; init; }

    /// <summary>Rises when a check of the engine corrects the record.</summary>
    public int Revision { get; init; }

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

/// <summary>The types that this application records. Others may record their own.</summary>
public static class WorkflowTypes
{
    public const string OrderFulfillment = "OrderFulfillment";
}
