using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.DeadLetters;

/// <summary>An order that used up its retries: one entry an order, reopened when it happens again.</summary>
public sealed record DeadLetterEntry
{
    public required string OrderId { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>The workflow of the first attempt that is still known.</summary>
    public required string OriginalWorkflowId { get; init; }

    public required string FinalFailureStatus { get; init; }

    public required string FinalFailureReason { get; init; }

    public required ErrorType ErrorType { get; init; }

    public required string Fingerprint { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public required int TotalRetryAttempts { get; init; }

    public required IReadOnlyList<Attempt> RetryHistory { get; init; }

    public required OrderSnapshot OrderSnapshot { get; init; }

    public required DateTimeOffset MovedToQueueAt { get; init; }

    /// <summary>The reprocessing run that moved it.</summary>
    public string? RunId { get; init; }

    /// <summary>How often the entry came back after it had been resolved, or was moved here again.</summary>
    public int ReopenCount { get; init; }

    public string? Resolution { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? ResolvedBy { get; init; }

    public string? Notes { get; init; }

    /// <summary>The entry of an order that has just become a dead letter.</summary>
    public static DeadLetterEntry Of(Order order)
    {
        if (order is not { Phase: OrderPhase.DeadLetter, Failure: { } failure, DeadLetteredAt: { } movedAt })
        {
            throw new ArgumentException($"Order {order.OrderId} is {order.Status}, not a dead letter.", nameof(order));
        }

        return new()
        {
            OrderId = order.OrderId,
            CustomerId = order.CustomerId,
            OriginalWorkflowId = order.Attempts is [var first, ..] ? first.WorkflowId : failure.WorkflowId,
            FinalFailureStatus = failure.Status,
            FinalFailureReason = failure.Reason,
            ErrorType = failure.ErrorType,
            Fingerprint = failure.Fingerprint,
            FailedAt = failure.FailedAt,
            TotalRetryAttempts = order.RetryCount,
            RetryHistory = order.Attempts,
            OrderSnapshot = order.Snapshot,
            MovedToQueueAt = movedAt,
            RunId = order.LastRun?.RunId,
            ReopenCount = order.DeadLetterCount - 1,
        };
    }
}
