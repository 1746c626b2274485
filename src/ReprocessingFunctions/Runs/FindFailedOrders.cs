using Microsoft.Azure.Functions.Worker;
using Reprocessing.Storage.Due;

namespace ReprocessingFunctions.Runs;

/// <summary>The oldest orders that may be restarted or dead-lettered now, in chunks.</summary>
internal sealed class FindFailedOrders(IDueOrders due)
{
    [Function(nameof(FindFailedOrders))]
    public Task<DueSlice> RunAsync([ActivityTrigger] DueQuery query, CancellationToken cancellationToken) =>
        due.QueryAsync(query, cancellationToken);
}
