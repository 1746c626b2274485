using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Due;

namespace Reprocessing.Storage.Reprocessing;

/// <summary>Restarts and dead-letters the orders of a chunk.</summary>
public interface IReprocessor
{
    /// <summary>
    /// An outcome for each order of the chunk. Run again after a crash it does what is left and reports what it had done as
    /// done. The caller starts the workflows of the restarted ones; what it does not get to, the next run finds among the
    /// pending starts.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; trying the chunk again is safe.</exception>
    Task<IReadOnlyList<OrderOutcome>> ProcessChunkAsync(
        ReprocessingRule rule, IReadOnlyList<DueOrder> chunk, CancellationToken cancellationToken);
}
