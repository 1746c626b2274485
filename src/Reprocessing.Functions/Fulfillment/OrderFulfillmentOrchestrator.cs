using System.Diagnostics;

namespace Reprocessing.Functions.Fulfillment;

internal sealed record OrderFulfillmentInput(
    string OrderId,
    string WorkflowId,
    int Attempt,
    int Generation,
    OrderInput Order,
    RestartPoint From,
    Stage FirstStage,
    TimeSpan StageTimeout)
{
    /// <summary>Of a stage that fails, hangs or takes the worker down with it. A workflow keeps the number that it was started with.</summary>
    public int StageCalls { get; init; } = 3;
}

internal sealed record OrderFulfillmentResult(string OrderId, bool Completed, string? Reason = null);

internal sealed record OrderFulfillmentStatus(Stage Stage);

internal sealed class OrderFailedException(string message) : Exception(message);

/// <summary>One attempt at an order, an activity a stage. Each stage stores its own end, so a workflow without failures is these five calls and nothing else.</summary>
internal static class OrderFulfillmentOrchestrator
{
    /// <summary>Half an hour of waiting: an order whose end cannot be written would belong to a workflow that is over, and what the warehouse has done should not fail for it.</summary>
    private const int StorageCalls = 60;

    [Function(nameof(OrderFulfillmentOrchestrator))]
    public static async Task<OrderFulfillmentResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<OrderFulfillmentInput>()
            ?? throw new ArgumentException($"{nameof(OrderFulfillmentOrchestrator)} needs an input.");
        for (Stage? stage = input.FirstStage; stage is { } current; stage = Stages.After(current))
        {
            context.SetCustomStatus(new OrderFulfillmentStatus(current));
            var outcome = await RunStageAsync(context, input, current);
            if (outcome.LostBecause is { } lost)
            {
                return new(input.OrderId, Completed: false, lost);
            }

            if (outcome.ErrorType is { } errorType)
            {
                throw new OrderFailedException($"{StatusOf(current, errorType)}: {outcome.Reason}");
            }
        }

        return new(input.OrderId, Completed: true);
    }

    internal static string StatusOf(Stage stage, ErrorType errorType) =>
        FailureStatuses.Of(stage, timedOut: errorType == ErrorType.Timeout);

    private static async Task<StageOutcome> RunStageAsync(TaskOrchestrationContext context, OrderFulfillmentInput input, Stage stage)
    {
        for (var call = 1; ; call++)
        {
            try
            {
                var work = new RunOrderStageInput(
                    input.OrderId, input.WorkflowId, input.Attempt, stage, input.From, input.StageTimeout, call, input.StageCalls);
                var outcome = await context.CallActivityAsync<StageOutcome>(nameof(RunOrderStage), work);
                if (!outcome.IsTransient)
                {
                    return outcome;
                }
            }
            catch (TaskFailedException e)
            {
                var isStorage = e.FailureDetails.ErrorType.StartsWith("Azure.", StringComparison.Ordinal);
                var calls = isStorage ? StorageCalls : input.StageCalls;
                if (call >= calls)
                {
                    return await RecordAsync(context, input, stage, e.FailureDetails);
                }

                context.CreateReplaySafeLogger(nameof(OrderFulfillmentOrchestrator))
                    .ActivityAttemptFailed(nameof(RunOrderStage), call, calls, e.FailureDetails.ErrorMessage);
            }

            await context.CreateTimer(context.CurrentUtcDateTime + ActivityPolicy.WaitAfter(call), CancellationToken.None);
        }
    }

    private static async Task<StageOutcome> RecordAsync(
        TaskOrchestrationContext context, OrderFulfillmentInput input, Stage stage, TaskFailureDetails failure)
    {
        var outcome = failure.ErrorType == typeof(TimeLimitException).FullName
            ? new StageOutcome(ErrorType.Timeout, $"The stage took longer than {input.StageTimeout}.")
            : new StageOutcome(ErrorType.Unknown, failure.ErrorMessage);
        var report = new FailureReport(
            input.OrderId,
            StatusOf(stage, outcome.ErrorType!.Value),
            input.WorkflowId,
            context.UtcNow(),
            outcome.Reason,
            outcome.ErrorType)
        {
            ExceptionType = failure.ErrorType,
            Stage = stage,
        };
        var patient = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(StorageCalls));
        await context.CallActivityAsync<bool>(nameof(RecordOrderFailure), report, patient);
        return outcome;
    }
}

/// <summary>The last <paramref name="Call"/>, counted from one, stores a failure that is merely transient.</summary>
internal sealed record RunOrderStageInput(
    string OrderId, string WorkflowId, int Attempt, Stage Stage, RestartPoint From, TimeSpan TimeLimit, int Call, int MaxCalls);

/// <summary>How a stage ended; no error type means well. A failure that is not transient is stored on the order already.</summary>
internal sealed record StageOutcome(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    public string? LostBecause { get; init; }
}

/// <summary>If the process dies after the warehouse was asked, the next call asks again under the same idempotency key; after the end is stored, it finds that.</summary>
internal sealed class RunOrderStage(
    IWarehouse warehouse, IOrderStore orders, RetryStrategy backoff, ReprocessingMetrics metrics, TimeProvider time, ILogger<RunOrderStage> logger)
{
    [Function(nameof(RunOrderStage))]
    public Task<StageOutcome> RunAsync([ActivityTrigger] RunOrderStageInput input, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(input.TimeLimit, time, token => PerformAsync(input, token), cancellationToken);

    private async Task<StageOutcome> PerformAsync(RunOrderStageInput input, CancellationToken cancellationToken)
    {
        var work = new StageWork(input.OrderId, input.WorkflowId, input.Stage, input.From);
        switch (await orders.ClaimStageAsync(work, cancellationToken))
        {
            case StageClaim.Held claim:
                Telemetry.LinkToFailed(claim.FailedTrace);
                var reply = claim.IsDone ? WarehouseReply.Done : await AskAsync(input, claim.Input, cancellationToken);
                return reply.ErrorType is { } errorType
                    ? await FailAsync(input, claim, reply, errorType, cancellationToken)
                    : Answer(await orders.FinishStageAsync(claim, cancellationToken), new());
            case StageClaim.Failed failed:
                return new(failed.Failure.ErrorType, failed.Failure.Reason);
            case StageClaim.Lost lost:
                logger.AttemptRefused(input.OrderId, input.WorkflowId, lost.Message);
                return new() { LostBecause = lost.Message };
            default:
                return new();
        }
    }

    private async Task<StageOutcome> FailAsync(
        RunOrderStageInput input, StageClaim.Held claim, WarehouseReply reply, ErrorType errorType, CancellationToken cancellationToken)
    {
        logger.StageFailed(input.OrderId, input.WorkflowId, EnumNames.Of(input.Stage), EnumNames.Of(errorType));
        if (reply.IsTransient && input.Call < input.MaxCalls)
        {
            return new(errorType, reply.Reason, IsTransient: true);
        }

        var report = new FailureReport(
            input.OrderId, OrderFulfillmentOrchestrator.StatusOf(input.Stage, errorType), input.WorkflowId, time.GetUtcNow(), reply.Reason, errorType)
        {
            ExceptionType = reply.ExceptionType,
            Stage = input.Stage,
            TraceId = reply.TraceId ?? Activity.Current?.TraceId.ToString(),
            TraceParent = Activity.Current?.Id,
        };
        return Answer(await orders.FailStageAsync(claim, report, backoff, cancellationToken), new(errorType, reply.Reason));
    }

    private StageOutcome Answer(ChangeOutcome stored, StageOutcome outcome) => metrics.AttemptEnded(stored) switch
    {
        ChangeOutcome.Changed or ChangeOutcome.Unchanged => outcome,
        ChangeOutcome.Refused refused => new() { LostBecause = refused.Message },
        _ => new() { LostBecause = "The order is gone." },
    };

    private async Task<WarehouseReply> AskAsync(RunOrderStageInput input, OrderInput order, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var reply = await warehouse.PerformAsync(
            new(input.OrderId, input.WorkflowId, input.Attempt, input.Stage, order), cancellationToken);
        metrics.StageCalled(
            time.GetElapsedTime(begun), EnumNames.Of(input.Stage), reply.ErrorType is { } type ? EnumNames.Of(type) : null);
        return reply;
    }
}

internal sealed class RecordOrderFailure(
    IOrderStore orders, RetryStrategy backoff, IOptions<FulfillmentOptions> options, ReprocessingMetrics metrics, TimeProvider time)
{
    [Function(nameof(RecordOrderFailure))]
    public Task<bool> RunAsync([ActivityTrigger] FailureReport report, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(options.Value.StorageTimeout, time, token => RecordAsync(report, token), cancellationToken);

    private async Task<bool> RecordAsync(FailureReport report, CancellationToken cancellationToken) =>
        metrics.AttemptEnded(await orders.RecordFailureAsync(
            report with { TraceId = report.TraceId ?? Activity.Current?.TraceId.ToString(), TraceParent = Activity.Current?.Id }, backoff, cancellationToken))
            is ChangeOutcome.Changed or ChangeOutcome.Unchanged;
}

internal sealed class FulfillmentOptions
{
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StageTimeout { get; set; } = TimeSpan.FromMinutes(2);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StorageTimeout { get; set; } = TimeSpan.FromMinutes(2);

    public RestartPoint RestartFrom { get; set; } = RestartPoint.FailedStage;
}
