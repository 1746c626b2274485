using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Imports;

/// <summary>An order as a record tells it; it keeps the rules for orders.</summary>
/// <param name="Failure">What the record says of a failure, whole or in part.</param>
public sealed record ImportedOrder(OrderInput Input, ImportedFailure Failure);

public sealed record ImportedFailure(
    string? FailureStatus = null, string? Reason = null, string? WorkflowId = null, DateTimeOffset? FailedAt = null);
