namespace Reprocessing.Domain.Workflows;

/// <summary>What the index knows of one workflow instance.</summary>
/// <param name="StartTime">When it was decided that it starts; of an instance that runs again, that of the latest run.</param>
public sealed record WorkflowRecord(string InstanceId, string Type, WorkflowStatus Status, DateTimeOffset StartTime)
{
    /// <summary>A longer input, as UTF-8, is not kept: it must not make the index slow for all others.</summary>
    public const int MaxInputBytes = 16 * 1_024;

    /// <summary>Set once it has ended.</summary>
    public DateTimeOffset? CloseTime { get; init; }

    public string? OrderId { get; init; }

    /// <summary>The order's, while this is its latest workflow; later the one in which it left the order.</summary>
    public string? OrderStatus { get; init; }

    public string? CustomerId { get; init; }

    public int RetryCount { get; init; }

    public int Generation { get; init; }

    /// <summary>How often the run has continued as new.</summary>
    public int Continuations { get; init; }

    /// <summary>As JSON, and only of workflows whose input is kept nowhere else. Null too when it was longer than <see cref="MaxInputBytes"/>.</summary>
    public string? OriginalInput { get; init; }

    /// <summary>The instance whose work this one goes on with; its own id when the same instance was run again.</summary>
    public string? PreviousInstance { get; init; }

    public string? NextInstance { get; init; }

    /// <summary>Why it was run again; with the job that did it.</summary>
    public string? ResetReason { get; init; }

    public string? ResetJobId { get; init; }

    /// <summary>
    /// Of two records of an instance the one with the higher version stands. An order's workflow counts by its order's version, any
    /// other by the UTC ticks of the moment that is told of.
    /// </summary>
    public long Version { get; init; }

    /// <summary>Rises when a look at the engine corrects what the version told.</summary>
    public int Revision { get; init; }

    [JsonIgnore]
    public bool HasEnded => Status is WorkflowStatus.Completed or WorkflowStatus.Failed or WorkflowStatus.Terminated;

    /// <summary>What is to be stored when this arrives where <paramref name="stored"/> stands: records may come late and twice.</summary>
    public WorkflowRecord Over(WorkflowRecord? stored)
    {
        if (stored is null)
        {
            return this;
        }

        // What only one of the two knows stays known: lineage is told by another instance's beginning, an input once.
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

/// <summary>What the engine says of a workflow, in the engine's own words.</summary>
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

/// <summary>The types that this application has workflows of, as queries name them. Others may record themselves under names of their own.</summary>
public static class WorkflowTypes
{
    public const string OrderFulfillment = "OrderFulfillment";
}
