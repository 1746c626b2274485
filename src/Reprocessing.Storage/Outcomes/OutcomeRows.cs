using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Outcomes;

/// <summary>The counters of a job's ended items. They change in the transaction that changes the items, so they are the sum of them.</summary>
internal static class OutcomeRows
{
    public const string CountersRow = "o";

    public static TableEntity Counters(string partition, OutcomeCounts counts) => new(partition, CountersRow)
    {
        [nameof(OutcomeCounts.Succeeded)] = counts.Succeeded,
        [nameof(OutcomeCounts.FailedSame)] = counts.FailedSame,
        [nameof(OutcomeCounts.FailedNew)] = counts.FailedNew,
        [nameof(OutcomeCounts.DeadLetteredAgain)] = counts.DeadLetteredAgain,
        [nameof(OutcomeCounts.Cancelled)] = counts.Cancelled,
    };

    public static OutcomeCounts ReadCounters(TableEntity? row) => row is null ? new() : new(
        Succeeded: Number(row, nameof(OutcomeCounts.Succeeded)),
        FailedSame: Number(row, nameof(OutcomeCounts.FailedSame)),
        FailedNew: Number(row, nameof(OutcomeCounts.FailedNew)),
        DeadLetteredAgain: Number(row, nameof(OutcomeCounts.DeadLetteredAgain)),
        Cancelled: Number(row, nameof(OutcomeCounts.Cancelled)));

    /// <summary>What runs is not counted here.</summary>
    public static OutcomeCounts Add(this OutcomeCounts counts, BusinessOutcome outcome, int change) => outcome switch
    {
        BusinessOutcome.Succeeded => counts with { Succeeded = counts.Succeeded + change },
        BusinessOutcome.FailedSame => counts with { FailedSame = counts.FailedSame + change },
        BusinessOutcome.FailedNew => counts with { FailedNew = counts.FailedNew + change },
        BusinessOutcome.DeadLetteredAgain => counts with { DeadLetteredAgain = counts.DeadLetteredAgain + change },
        BusinessOutcome.Cancelled => counts with { Cancelled = counts.Cancelled + change },
        _ => counts,
    };

    private static int Number(TableEntity row, string name) => row.GetInt32(name) ?? 0;
}
