namespace Reprocessing.Domain.Jobs;

/// <param name="ItemId">The job's item, if it is not the order itself.</param>
public sealed record AttemptOutcome(string JobId, BusinessOutcome Outcome, string? ItemId = null)
{
    /// <summary>What a change of an order ended: nothing, one attempt, or for a dead letter also the generation that a job began.</summary>
    public static IReadOnlyList<AttemptOutcome> Of(Order? before, Order after)
    {
        if (before is null || before.Phase == after.Phase || after.Attempts is not [.., var last])
        {
            return [];
        }

        return after.Phase switch
        {
            OrderPhase.Completed => ToThe(last, BusinessOutcome.Succeeded),
            OrderPhase.Cancelled when before.HasActiveWorkflow => ToThe(last, BusinessOutcome.Cancelled),

            // The first time is not 'again': the failure before it was already reported, unless the move itself ended the attempt.
            OrderPhase.DeadLetter when before.DeadLetterCount > 0 => DeadLetteredAgain(after, last),
            OrderPhase.Failed or OrderPhase.DeadLetter when after.Phase == OrderPhase.Failed || before.HasActiveWorkflow =>
                ToThe(last, HasFailedTheSame(after) ? BusinessOutcome.FailedSame : BusinessOutcome.FailedNew),
            _ => [],
        };
    }

    private static AttemptOutcome[] ToThe(Attempt attempt, BusinessOutcome outcome) =>
        attempt.RunId is { } runId ? [new(runId, outcome, attempt.JobItem)] : [];

    private static AttemptOutcome[] DeadLetteredAgain(Order order, Attempt last)
    {
        var requeued = order.Attempts.FirstOrDefault(attempt => attempt.Generation == order.Generation && attempt.Number == 0);
        return [.. new[] { last, requeued }
            .SelectMany(attempt => attempt is null ? [] : ToThe(attempt, BusinessOutcome.DeadLetteredAgain))
            .DistinctBy(outcome => outcome.JobId)];
    }

    /// <summary>Compares with the failure before the job's first attempt: a job with three attempts is not told that its own last failure is an old one.</summary>
    private static bool HasFailedTheSame(Order order) =>
        order.Attempts.LastOrDefault(attempt => attempt.RunId != order.Attempts[^1].RunId)?.Failure is { } had
        && had.Fingerprint == order.Failure?.Fingerprint;
}

[JsonConverter(typeof(EnumNameConverter<BusinessOutcome>))]
public enum BusinessOutcome
{
    Running,
    Succeeded,
    FailedSame,
    FailedNew,
    DeadLetteredAgain,
    Cancelled,
}

/// <summary>Started items by outcome. The counts sum up to all started items: whatever has not ended is running.</summary>
public sealed record OutcomeCounts(
    int Running = 0, int Succeeded = 0, int FailedSame = 0, int FailedNew = 0, int DeadLetteredAgain = 0, int Cancelled = 0);
