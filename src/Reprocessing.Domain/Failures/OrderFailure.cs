namespace Reprocessing.Domain.Failures;

public sealed record OrderFailure(
    string Status,
    ErrorType ErrorType,
    string Reason,
    string WorkflowId,
    DateTimeOffset FailedAt,
    string Fingerprint,
    string? RunId = null)
{
    /// <summary>Longer reasons are cut, because all attempts share one row.</summary>
    public const int MaxReason = 1_000;

    public const int MaxName = 200;

    /// <summary>As its status was when it failed: a change of the settings must not move it in the index.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPermanent { get; init; }

    public string? ExceptionType { get; init; }

    public Stage? Stage { get; init; }

    public string? TraceId { get; init; }

    /// <summary>The W3C trace context of what recorded it, for the next attempt to link to. Null when nobody traced.</summary>
    public string? TraceParent { get; init; }

    public static OrderFailure From(FailureReport report)
    {
        if (report.Check() is [var problem, ..])
        {
            throw new ArgumentException($"{problem.Path} {problem.Message}", nameof(report));
        }

        FailureStatuses.TryGet(report.FailureStatus, out var status);
        var type = report.ErrorType ?? status!.ErrorType;
        var reason = FailureText.Clean(report.Reason ?? string.Empty);
        return new(
            report.FailureStatus,
            type,
            reason,
            report.WorkflowId,
            report.FailedAt.ToUniversalTime(),
            Failures.Fingerprint.Of(type, report.FailureStatus, reason),
            report.RunId)
        {
            IsPermanent = status!.IsPermanent,
            ExceptionType = report.ExceptionType is { } exception ? FailureText.Clean(exception, MaxName) : null,
            Stage = report.Stage,
            TraceId = report.TraceId is { } trace ? FailureText.Clean(trace, MaxName) : null,
            TraceParent = report.TraceParent,
        };
    }
}

/// <summary>A failure that a workflow or an external service reports. The same workflow id twice is one failure.</summary>
/// <param name="RunId">The reporter's own run of that workflow, not a reprocessing run.</param>
public sealed record FailureReport(
    string OrderId,
    string FailureStatus,
    string WorkflowId,
    DateTimeOffset FailedAt,
    string? Reason = null,
    ErrorType? ErrorType = null,
    string? RunId = null,
    string? ExceptionType = null,
    Stage? Stage = null,
    string? TraceId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceParent = null)
{
    /// <summary>Clocks may differ by hours when a time zone is missing, but not by more than a day.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <param name="now">Null when the failure was accepted before.</param>
    public IReadOnlyList<InputProblem> Check(DateTimeOffset? now = null) => InputProblem.Of(
    [
        ("/orderId", Identifiers.Problem(OrderId)),
        ("/failureStatus", FailureStatuses.Problem(FailureStatus)),
        ("/workflowId", Identifiers.Problem(WorkflowId)),
        ("/runId", RunId is null ? null : Identifiers.Problem(RunId)),
        ("/failedAt", FailedAt < Timestamps.Earliest ? "must not be before 1601"
            : FailedAt - now > MostAhead ? "must not be more than a day ahead"
            : null),
        ("/stage", Stage is { } stage && !Enum.IsDefined(stage) ? "must be a known stage" : null),
        ("/errorType", ErrorType is { } type && !Enum.IsDefined(type) ? "must be a known error type" : null),
    ]);
}
