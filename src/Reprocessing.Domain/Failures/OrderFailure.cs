namespace Reprocessing.Domain.Failures;

/// <summary>A failure as it is kept on the order, on its attempt and on its dead letter.</summary>
public sealed record OrderFailure(
    string Status,
    ErrorType ErrorType,
    string Reason,
    string WorkflowId,
    DateTimeOffset FailedAt,
    string Fingerprint,
    string? RunId = null)
{
    /// <summary>Longer reasons are cut: attempts are kept in one row, and a row is bounded.</summary>
    public const int MaxReason = 1_000;

    /// <exception cref="ArgumentException">The report breaks a rule of <see cref="FailureReport.Check"/>.</exception>
    public static OrderFailure From(FailureReport report)
    {
        if (report.Check() is [var problem, ..])
        {
            throw new ArgumentException($"{problem.Path} {problem.Message}", nameof(report));
        }

        FailureStatuses.TryGet(report.FailureStatus, out var status);
        var type = report.ErrorType ?? status!.ErrorType;
        var reason = Bounded(report.Reason ?? string.Empty);
        return new(
            report.FailureStatus,
            type,
            reason,
            report.WorkflowId,
            report.FailedAt.ToUniversalTime(),
            Failures.Fingerprint.Of(type, report.FailureStatus, reason),
            report.RunId);
    }

    private static string Bounded(string reason)
    {
        if (reason.Length <= MaxReason)
        {
            return reason;
        }

        var kept = char.IsHighSurrogate(reason[MaxReason - 2]) ? MaxReason - 2 : MaxReason - 1;
        return reason[..kept] + "…";
    }
}
