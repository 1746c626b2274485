using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Fulfillment;

/// <summary>Puts a failed attempt on its order, which makes the order due for a run once its backoff is over.</summary>
internal sealed class RecordOrderFailure(
    IOrderStore orders, RetryStrategy backoff, IOptions<FulfillmentOptions> options, TimeProvider time)
{
    /// <returns>False when the order belongs to another workflow by now; nothing was recorded then.</returns>
    [Function(nameof(RecordOrderFailure))]
    public Task<bool> RunAsync([ActivityTrigger] FailureReport report, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(options.Value.StorageTimeout, time, token => RecordAsync(report, token), cancellationToken);

    private async Task<bool> RecordAsync(FailureReport report, CancellationToken cancellationToken) =>
        await orders.RecordFailureAsync(report, backoff, cancellationToken) is ChangeOutcome.Changed or ChangeOutcome.Unchanged;
}
