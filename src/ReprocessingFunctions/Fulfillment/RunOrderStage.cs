using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Fulfillment.Warehouse;
using ReprocessingFunctions.Observability;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Fulfillment;

internal sealed record RunOrderStageInput(string OrderId, string WorkflowId, int Attempt, Stage Stage) : TimedInput;

/// <summary>
/// Lets the warehouse do one stage and marks it as done on the order: one activity for both, because the mark without the work
/// would be wrong and the work without the mark is merely asked for again, under the same idempotency key.
/// </summary>
internal sealed class RunOrderStage(
    IWarehouse warehouse, IOrderStore orders, ReprocessingMetrics metrics, TimeProvider time, ILogger<RunOrderStage> logger)
{
    [Function(nameof(RunOrderStage))]
    public Task<StageOutcome> RunAsync([ActivityTrigger] RunOrderStageInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => PerformAsync(input, token), cancellationToken);

    private async Task<StageOutcome> PerformAsync(RunOrderStageInput input, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(input, cancellationToken);
        if (reply.ErrorType is { } errorType)
        {
            logger.StageFailed(input.OrderId, input.WorkflowId, StableNames.Of(input.Stage), StableNames.Of(errorType));
            return new(errorType, reply.Reason, reply.IsTransient);
        }

        return await orders.CompleteStageAsync(input.OrderId, input.WorkflowId, input.Stage, cancellationToken) switch
        {
            ChangeOutcome.Changed or ChangeOutcome.Unchanged => new(),
            ChangeOutcome.Refused refused => new() { LostBecause = refused.Message },
            _ => new() { LostBecause = $"There is no order {input.OrderId}." },
        };
    }

    private async Task<WarehouseReply> AskAsync(RunOrderStageInput input, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var reply = await warehouse.PerformAsync(
            new(input.OrderId, input.WorkflowId, input.Attempt, input.Stage), cancellationToken);
        metrics.StageCalled(
            time.GetElapsedTime(begun), StableNames.Of(input.Stage), reply.ErrorType is { } type ? StableNames.Of(type) : null);
        return reply;
    }
}
