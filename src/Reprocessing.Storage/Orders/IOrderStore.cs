using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;

namespace Reprocessing.Storage.Orders;

/// <summary>
/// Orders and what happens to them. Every change is one transaction over the order, its index rows and its timeline; asked
/// for again, after a crash or by a retry, it changes nothing and gives the same answer.
/// </summary>
public interface IOrderStore
{
    Task<CreateOutcome> CreateAsync(NewOrder order, CancellationToken cancellationToken);

    /// <summary>Many at once, in transactions of up to 100 rows a shard; an outcome for each, in the order given.</summary>
    Task<IReadOnlyList<CreateOutcome>> CreateManyAsync(IReadOnlyList<NewOrder> orders, CancellationToken cancellationToken);

    Task<Order?> GetAsync(string orderId, CancellationToken cancellationToken);

    Task<OrderInput?> GetInputAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Before a stage's work begins: whether the order is the workflow's. Whoever has lost it must end.</summary>
    Task<StageClaim> ClaimStageAsync(StageWork work, CancellationToken cancellationToken);

    /// <summary>After the work: one transaction stores the stage, and with the last stage the order's completion.</summary>
    Task<ChangeOutcome> FinishStageAsync(StageClaim.Held claim, CancellationToken cancellationToken);

    /// <summary>After the work has failed for good.</summary>
    /// <param name="strategy">Gives the time from when a run may take the order.</param>
    Task<ChangeOutcome> FailStageAsync(StageClaim.Held claim, FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken);

    /// <summary>An outside service has an attempt in hand. Whoever is refused must end: the order belongs to another workflow.</summary>
    Task<BeginOutcome> BeginOutsideAsync(string orderId, string workflowId, RestartPoint point, CancellationToken cancellationToken);

    /// <summary>An outside service has done all there was to do.</summary>
    Task<ChangeOutcome> CompleteAsync(string orderId, string workflowId, CancellationToken cancellationToken);

    /// <summary>From the order's workflow or from outside; idempotent by the workflow id.</summary>
    /// <param name="strategy">Gives the time from when a run may take the order.</param>
    /// <exception cref="ArgumentException">The report breaks a rule of <see cref="FailureReport.Check"/>.</exception>
    Task<ChangeOutcome> RecordFailureAsync(FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken);

    /// <summary>Refused of a dead letter, which is cancelled by resolving it.</summary>
    Task<ChangeOutcome> CancelAsync(string orderId, Act act, CancellationToken cancellationToken);

    /// <summary>Adds a note to the timeline. Not idempotent: two notes may say the same. Refused of a dead letter, whose entry takes the note.</summary>
    Task<ChangeOutcome> AddNoteAsync(string orderId, string text, CancellationToken cancellationToken);

    /// <param name="token">From the page before; null for the first.</param>
    /// <returns>Oldest event first; null when there is no such order.</returns>
    Task<Page<TimelineEvent>?> ReadTimelineAsync(string orderId, int limit, string? token, CancellationToken cancellationToken);
}
