using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Failures;

/// <summary>What a failing workflow, or an outside service, reports of an order. The same workflow id twice is one failure.</summary>
/// <param name="RunId">The reporter's own run of that workflow; not a reprocessing run.</param>
public sealed record FailureReport(
    string OrderId,
    string FailureStatus,
    string WorkflowId,
    DateTimeOffset FailedAt,
    string? Reason = null,
    ErrorType? ErrorType = null,
    string? RunId = null)
{
    public IReadOnlyList<InputProblem> Check()
    {
        (string Pointer, string? Message)[] checks =
        [
            ("/orderId", Identifiers.Problem(OrderId)),
            ("/failureStatus", FailureStatuses.Problem(FailureStatus)),
            ("/workflowId", Identifiers.Problem(WorkflowId)),
            ("/runId", RunId is null ? null : Identifiers.Problem(RunId)),
            ("/errorType", ErrorType is { } type && !Enum.IsDefined(type) ? "must be a known error type" : null),
        ];
        return [.. checks.Where(check => check.Message is not null).Select(check => new InputProblem(check.Pointer, check.Message!))];
    }
}
