using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Fulfillment;

/// <summary>
/// One attempt at an order: validate, plan, pick, pack, ship. A stage that fails for good is recorded on the order and ends the
/// instance as Failed, so that both the order and the status query tell of it.
/// </summary>
internal static class OrderFulfillmentOrchestrator
{
    /// <summary>
    /// Half an hour of waiting: an order whose beginning or end cannot be written would belong to a workflow that is over, and
    /// nothing would ever take it up again.
    /// </summary>
    private const int StorageAttempts = 60;

    [Function(nameof(OrderFulfillmentOrchestrator))]
    public static async Task<OrderFulfillmentResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<OrderFulfillmentInput>()
            ?? throw new ArgumentException($"{nameof(OrderFulfillmentOrchestrator)} needs an input.");
        var storage = new ActivityPolicy(input.Limits.StorageTimeout, StorageAttempts);
        var begun = await context.CallTimedAsync<BegunAttempt>(
            nameof(BeginOrderAttempt), new BeginOrderAttemptInput(input.OrderId, input.WorkflowId, input.From), storage);
        if (begun.RefusedBecause is { } refused)
        {
            // Somebody took the order over between the decision to start and now: this attempt has no order.
            return new(input.OrderId, Completed: false, refused);
        }

        for (var stage = begun.FirstStage; stage is { } current; stage = Stages.After(current))
        {
            context.SetCustomStatus(new OrderFulfillmentStatus(current));
            var outcome = await RunStageAsync(context, input, current);
            if (outcome.LostBecause is { } lost)
            {
                return new(input.OrderId, Completed: false, lost);
            }

            if (outcome.ErrorType is { } errorType)
            {
                var report = Report(context, input, current, outcome, errorType);
                await context.CallTimedAsync<bool>(nameof(RecordOrderFailure), report, storage);
                throw new OrderFailedException($"{report.FailureStatus}: {report.Reason}");
            }
        }

        var completed = await context.CallTimedAsync<bool>(
            nameof(CompleteOrder), new CompleteOrderInput(input.OrderId, input.WorkflowId), storage);
        return new(input.OrderId, completed);
    }

    private static async Task<StageOutcome> RunStageAsync(TaskOrchestrationContext context, OrderFulfillmentInput input, Stage stage)
    {
        try
        {
            return await context.CallTimedAsync<StageOutcome>(
                nameof(RunOrderStage),
                new RunOrderStageInput(input.OrderId, input.WorkflowId, input.Attempt, stage),
                new ActivityPolicy(input.Limits.StageTimeout),
                again: static outcome => outcome.IsTransient);
        }
        catch (TimeoutException e)
        {
            return new(ErrorType.Timeout, e.Message);
        }
        catch (TaskFailedException e)
        {
            return new(ErrorType.Unknown, e.FailureDetails.ErrorMessage);
        }
    }

    private static FailureReport Report(
        TaskOrchestrationContext context, OrderFulfillmentInput input, Stage stage, StageOutcome outcome, ErrorType errorType) => new(
            input.OrderId,
            FailureStatuses.Of(stage, timedOut: errorType == ErrorType.Timeout),
            input.WorkflowId,
            new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero),
            outcome.Reason,
            errorType);
}
