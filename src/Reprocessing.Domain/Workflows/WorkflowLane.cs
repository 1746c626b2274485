namespace Reprocessing.Domain.Workflows;

/// <summary>The orders in which the index holds workflows; within each value newest first, unless it says otherwise.</summary>
public enum WorkflowLane
{
    /// <summary>By instance id, in the order of ids.</summary>
    Instance,

    Customer,

    /// <summary>Those of one retry count or more, the fewest retries first.</summary>
    Retry,

    OrderStatus,

    /// <summary>By type and execution status.</summary>
    State,

    /// <summary>Those that have ended, last ended first.</summary>
    Closed,

    /// <summary>By type.</summary>
    Started,
}
