using System.ComponentModel.DataAnnotations;
using Reprocessing.Domain.Failures;

namespace ReprocessingFunctions.Orders;

/// <summary>A failure as an outside service reports it. The workflow id is the report's identity: twice the same is one failure.</summary>
internal sealed record ReportFailureRequest
{
    /// <summary>May be said again in the body; it must then be the one of the route.</summary>
    public string? OrderId { get; init; }

    [Required]
    public string? FailureStatus { get; init; }

    public ErrorType? ErrorType { get; init; }

    public string? Reason { get; init; }

    [Required]
    public string? WorkflowId { get; init; }

    /// <summary>The reporter's own run of that workflow.</summary>
    public string? RunId { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    public FailureReport ToReport(string orderId, DateTimeOffset now) => new(
        orderId, FailureStatus ?? string.Empty, WorkflowId ?? string.Empty, FailedAt ?? now, Reason, ErrorType, RunId);
}
