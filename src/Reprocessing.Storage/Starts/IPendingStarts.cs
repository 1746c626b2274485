using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Starts;

/// <summary>Starts that were decided and may have been lost in a crash.</summary>
public interface IPendingStarts
{
    /// <summary>Workflows that were to start before <paramref name="decidedBefore"/> and have not begun, oldest first in each shard.</summary>
    Task<Page<OrderStart>> ListAsync(DateTimeOffset decidedBefore, int limit, string? token, CancellationToken cancellationToken);
}
