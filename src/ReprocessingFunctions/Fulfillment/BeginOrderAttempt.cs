using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Fulfillment;

internal sealed record BeginOrderAttemptInput(string OrderId, string WorkflowId, RestartPoint From) : TimedInput;

/// <param name="FirstStage">Null when every stage was done before.</param>
/// <param name="RefusedBecause">Set when the order is not this workflow's; nothing was changed then.</param>
internal sealed record BegunAttempt(Stage? FirstStage, string? RefusedBecause = null);

/// <summary>Takes the order for this workflow: from here on the start is no longer pending.</summary>
internal sealed class BeginOrderAttempt(IOrderStore orders, TimeProvider time, ILogger<BeginOrderAttempt> logger)
{
    [Function(nameof(BeginOrderAttempt))]
    public Task<BegunAttempt> RunAsync([ActivityTrigger] BeginOrderAttemptInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => BeginAsync(input, token), cancellationToken);

    private async Task<BegunAttempt> BeginAsync(BeginOrderAttemptInput input, CancellationToken cancellationToken)
    {
        var outcome = await orders.BeginAttemptAsync(input.OrderId, input.WorkflowId, input.From, cancellationToken);
        if (outcome is BeginOutcome.Begun begun)
        {
            return new(begun.ResumeAt);
        }

        var reason = outcome is BeginOutcome.Refused refused ? refused.Message : $"There is no order {input.OrderId}.";
        logger.AttemptRefused(input.OrderId, input.WorkflowId, reason);
        return new(FirstStage: null, reason);
    }
}
