using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Jobs;

namespace EndToEnd.Tests.Invariants;

/// <summary>What must hold of a job, its items and the orders that it has worked on.</summary>
internal sealed class JobInvariants(JobRecord job, IReadOnlyList<JobItem> items, OutcomeCounts outcomes, IReadOnlyDictionary<string, Order> orders)
{
    private bool IsRetry => job.Operation is JobOperation.Retry or JobOperation.Reprocess;

    public IEnumerable<string> Violations(DateTimeOffset now) => job.State.HasEnded()
        ? [.. Outcomes(), .. Counts(), .. State(), .. Attempts(), .. Leases(now)]
        : Outcomes();

    /// <summary>The counters and the items change in one transaction.</summary>
    private IEnumerable<string> Outcomes()
    {
        var counted = new OutcomeCounts(
            Count(BusinessOutcome.Running),
            Count(BusinessOutcome.Succeeded),
            Count(BusinessOutcome.FailedSame),
            Count(BusinessOutcome.FailedNew),
            Count(BusinessOutcome.DeadLetteredAgain),
            Count(BusinessOutcome.Cancelled));
        if (counted != outcomes)
        {
            yield return $"{job.JobId} says {outcomes}, its items {counted}";
        }
    }

    /// <summary>A run's orders get their rows with what became of them; those of a chunk that could not be processed have none.</summary>
    private IEnumerable<string> Counts()
    {
        var counted = items.Where(item => item.IsEligible).Aggregate(ItemTally.Zero, (tally, item) => tally.Add(item.State));
        var unreached = job.Operation == JobOperation.Reprocess ? Math.Max(0, job.Tally.Failed - counted.Failed) : 0;
        counted = counted with { Found = counted.Found + unreached, Failed = counted.Failed + unreached };
        if (counted != job.Tally || !job.Tally.IsBalanced)
        {
            yield return $"{job.JobId} says {job.Tally}, its items {counted}";
        }
    }

    private IEnumerable<string> State()
    {
        if (job.State is JobState.Succeeded or JobState.CompletedWithSkips
            && items.Any(item => item is { IsEligible: true, State: ItemState.Failed or ItemState.Pending or ItemState.Running }))
        {
            yield return $"{job.JobId} is {EnumNames.Of(job.State)} with items that have not succeeded";
        }

        if (job is { State: JobState.Succeeded, Operation: not JobOperation.Reprocess } && job.Tally.Skipped > 0)
        {
            yield return $"{job.JobId} has succeeded and left {job.Tally.Skipped} items alone";
        }

        if (job.State == JobState.CompletedWithFailures && items.Any(item => item.State is ItemState.Pending or ItemState.Running))
        {
            yield return $"{job.JobId} is complete with items that are not";
        }

        if (items.Any(item => item.State == ItemState.Running))
        {
            yield return $"{job.JobId} is {EnumNames.Of(job.State)} with running items";
        }
    }

    /// <summary>What the items tell of restarts is what the orders tell: none unsaid, none twice.</summary>
    private IEnumerable<string> Attempts()
    {
        foreach (var item in IsRetry ? items : [])
        {
            List<Attempt> made = orders.TryGetValue(item.Id, out var order)
                ? [.. order.Attempts.Where(attempt => attempt.RunId == job.JobId)]
                : [];
            var isStarted = item.WorkflowId is not null;
            if (isStarted != made.Count > 0 || (isStarted && made[^1].WorkflowId != item.WorkflowId))
            {
                yield return $"{job.JobId} started {item.WorkflowId ?? "nothing"} for {item.Id}, which has [{string.Join(", ", made.Select(attempt => attempt.WorkflowId))}]";
            }
            else if (isStarted && job.Operation == JobOperation.Retry && made.Count != item.Attempts)
            {
                yield return $"{job.JobId} says {item.Attempts} attempts at {item.Id}, which has {made.Count}";
            }
        }

        var known = items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var order in orders.Values.Where(order => order.Attempts.Any(
            attempt => attempt.RunId == job.JobId && !known.Contains(attempt.JobItem ?? order.OrderId))))
        {
            yield return $"{job.JobId} restarted {order.OrderId}, which is no item of it";
        }
    }

    private IEnumerable<string> Leases(DateTimeOffset now) => orders.Values
        .Where(order => order.Lease is { } lease && lease.Owner == job.JobId && lease.Until > now)
        .Select(order => $"{job.JobId} has ended and still holds {order.OrderId}");

    private int Count(BusinessOutcome outcome) => items.Count(item => item.Outcome == outcome);
}
