namespace Reprocessing.Domain.Jobs;

/// <summary>How the attempt that a job or run asked for has ended, by one change of its order.</summary>
/// <param name="JobId">The job or run that is to be told.</param>
public sealed record AttemptOutcome(string JobId, BusinessOutcome Outcome)
{
    /// <summary>The job's item, where that is not the order itself.</summary>
    public string? ItemId { get; init; }

    /// <summary>What one change of an order ends: nothing, one attempt, or for a dead letter also the generation that a job began.</summary>
    /// <param name="before">Null of a new order, which nobody has restarted.</param>
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
            OrderPhase.Failed => ToThe(last, HasFailedTheSame(after) ? BusinessOutcome.FailedSame : BusinessOutcome.FailedNew),

            // The first time is not 'again': the failure that led to it has been told.
            OrderPhase.DeadLetter when before.DeadLetterCount > 0 => DeadLetteredAgain(after, last),
            _ => [],
        };
    }

    private static AttemptOutcome[] ToThe(Attempt attempt, BusinessOutcome outcome) =>
        attempt.RunId is { } runId ? [new(runId, outcome) { ItemId = attempt.JobItem }] : [];

    private static AttemptOutcome[] DeadLetteredAgain(Order order, Attempt last)
    {
        var taker = order.Attempts.FirstOrDefault(attempt => attempt.Generation == order.Generation && attempt.Number == 0);
        return [.. new[] { last, taker }
            .SelectMany(attempt => attempt is null ? [] : ToThe(attempt, BusinessOutcome.DeadLetteredAgain))
            .DistinctBy(told => told.JobId)];
    }

    /// <summary>
    /// Against the failure that the order had when the job took it up, so that a job that goes at an order three times is not told
    /// that its own last failure is an old one.
    /// </summary>
    private static bool HasFailedTheSame(Order order)
    {
        var runId = order.Attempts[^1].RunId;
        var first = order.Attempts.Count - 1;
        while (first > 0 && order.Attempts[first - 1].RunId == runId)
        {
            first--;
        }

        return first > 0
            && order.Attempts[first - 1].Failure is { } had
            && had.Fingerprint == order.Failure?.Fingerprint;
    }
}

/// <summary>Whether a restart helped: what became of the workflow that a job or run started.</summary>
[JsonConverter(typeof(EnumNameConverter<BusinessOutcome>))]
public enum BusinessOutcome
{
    Running,
    Succeeded,

    /// <summary>Failed with the fingerprint that it had before.</summary>
    FailedSame,

    /// <summary>Failed with another fingerprint.</summary>
    FailedNew,

    /// <summary>Once more out of the reach of runs, having been a dead letter before.</summary>
    DeadLetteredAgain,

    /// <summary>The order was cancelled while the attempt was under way.</summary>
    Cancelled,
}

/// <summary>Counts of started items by outcome. Never fewer than were started: what has not ended is running.</summary>
public sealed record OutcomeCounts(
    int Running = 0, int Succeeded = 0, int FailedSame = 0, int FailedNew = 0, int DeadLetteredAgain = 0, int Cancelled = 0);
