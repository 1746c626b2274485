using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Due;

namespace ReprocessingFunctions.Runs;

/// <summary>Counts the orders that are due. A count is good to know and never worth a run: a query that fails leaves it unknown.</summary>
internal sealed class DueCount(IDueOrders due, ILogger<DueCount> logger)
{
    /// <summary>Null when storage does not say.</summary>
    public async Task<int?> TryCountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken)
    {
        try
        {
            return await due.CountAsync(rule, atMost, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.DueNotCounted(e, rule.RunId);
            return null;
        }
    }
}
