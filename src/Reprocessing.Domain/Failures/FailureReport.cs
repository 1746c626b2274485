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
    /// <summary>Clocks differ, by hours where a time zone is left out; but what fails tomorrow has not failed.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <param name="now">Null where the failure has been taken in before.</param>
    public IReadOnlyList<InputProblem> Check(DateTimeOffset? now = null)
    {
        (string Pointer, string? Message)[] checks =
        [
            ("/orderId", Identifiers.Problem(OrderId)),
            ("/failureStatus", FailureStatuses.Problem(FailureStatus)),
            ("/workflowId", Identifiers.Problem(WorkflowId)),
            ("/runId", RunId is null ? null : Identifiers.Problem(RunId)),
            ("/failedAt", FailedAt < Moments.Earliest ? "must not be before 1601"
                : FailedAt - now > MostAhead ? "must not be more than a day ahead"
                : null),
            ("/errorType", ErrorType is { } type && !Enum.IsDefined(type) ? "must be a known error type" : null),
        ];
        return [.. checks.Where(check => check.Message is not null).Select(check => new InputProblem(check.Pointer, check.Message!))];
    }
}
