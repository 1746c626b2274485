using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Domain.Resets;

/// <summary>What is known of a workflow when it is decided whether it can be reset.</summary>
/// <param name="Status">By the engine.</param>
public sealed record ResetSubject(string InstanceId, WorkflowStatus Status)
{
    /// <summary>The order that it works on or worked on; null of a workflow of another type.</summary>
    public Order? Order { get; init; }

    /// <summary>It belongs to an order, whether that is known or not.</summary>
    public bool IsOrders { get; init; }

    /// <summary>How often it has continued as new; null when nobody knows. Workflows of orders never do.</summary>
    public int? Continuations { get; init; }

    /// <summary>What it was first started with is kept somewhere.</summary>
    public bool HasOriginalInput { get; init; }

    /// <summary>The application's own machinery, which has controls of its own.</summary>
    public bool IsMachinery { get; init; }
}
