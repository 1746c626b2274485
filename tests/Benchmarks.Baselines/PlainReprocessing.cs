using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Benchmarks.Baselines;

internal sealed record PlainInput(int BatchSize, PlainResult? AccumulatedResult = null, int ContinuationCount = 0);

internal sealed record PlainResult(DateTime ProcessedAt, int FoundCount = 0, int RestartedCount = 0, int DlqCount = 0, int ErrorCount = 0, int SkippedCount = 0);

internal sealed record ProcessOutcome(string OrderId, bool Restarted, bool MovedToDlq, string? NewWorkflowId = null);

/// <summary>
/// The design as it is commonly described: a batch starts a child, the child queries failed orders and calls an
/// activity an order, five at a time and one group after another; the workflow that is restarted has a row written by each of its five stages.
/// </summary>
internal sealed class PlainReprocessing(OrderTable orders)
{
    private const int MaxRetries = 5;
    private const int OrdersPerContinuation = 1_000;
    private const int OrdersAtOnce = 5;

    private static readonly string[] FailureStatuses = ["picking_failed", "packing_failed", "shipping_failed", "wave_timeout", "pick_timeout"];
    private static readonly TaskOptions ThreeTimes = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(5)));
    private static readonly TaskOptions Twice = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(5)));

    [Function("AddFailedOrders")]
    public async Task<HttpResponseData> AddFailedOrdersAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/plain/orders")] HttpRequestData request, CancellationToken cancellationToken)
    {
        await orders.AddFailedAsync(request.Query["prefix"]!, int.Parse(request.Query["count"]!, CultureInfo.InvariantCulture), cancellationToken);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    [Function("StartPlainRun")]
    public static async Task<HttpResponseData> StartRunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/plain/runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var input = new PlainInput(int.Parse(request.Query["maxOrders"]!, CultureInfo.InvariantCulture));
        await client.ScheduleNewOrchestrationInstanceAsync("PlainBatch", input, cancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function("PlainBatch")]
    public static Task<PlainResult> BatchAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<PlainResult>("PlainReprocessing", context.GetInput<PlainInput>(), Twice);

    [Function("PlainReprocessing")]
    public static async Task<PlainResult> ReprocessAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<PlainInput>()!;
        var result = input.AccumulatedResult ?? new PlainResult(context.CurrentUtcDateTime);
        var limit = Math.Min(OrdersPerContinuation, input.BatchSize - result.FoundCount);
        var found = await context.CallActivityAsync<List<string>>("QueryFailedWorkflows", limit, ThreeTimes);
        result = result with { FoundCount = result.FoundCount + found.Count };
        foreach (var group in found.Chunk(OrdersAtOnce))
        {
            foreach (var outcome in await Task.WhenAll(group.Select(orderId => ProcessAsync(context, orderId))))
            {
                result = outcome switch
                {
                    null => result with { ErrorCount = result.ErrorCount + 1 },
                    { Restarted: true } => result with { RestartedCount = result.RestartedCount + 1 },
                    { MovedToDlq: true } => result with { DlqCount = result.DlqCount + 1 },
                    _ => result with { SkippedCount = result.SkippedCount + 1 },
                };
            }
        }

        if (found.Count == limit && result.FoundCount < input.BatchSize)
        {
            context.ContinueAsNew(new PlainInput(input.BatchSize, result, input.ContinuationCount + 1));
        }

        return result;
    }

    [Function("QueryFailedWorkflows")]
    public Task<List<string>> QueryAsync([ActivityTrigger] int limit, CancellationToken cancellationToken) =>
        orders.FindFailedAsync(FailureStatuses, limit, cancellationToken);

    [Function("ProcessFailedWorkflow")]
    public async Task<ProcessOutcome> ProcessOrderAsync(
        [ActivityTrigger] string orderId, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var order = await orders.GetAsync(orderId, cancellationToken);
        var retries = order.GetInt32("RetryCount")!.Value;
        if (retries >= MaxRetries)
        {
            order["Status"] = "dead_letter";
            await orders.UpdateAsync(order, cancellationToken);
            return new(orderId, Restarted: false, MovedToDlq: true);
        }

        order["RetryCount"] = retries + 1;
        order["Status"] = "pending_retry";
        await orders.UpdateAsync(order, cancellationToken);
        var workflowId = string.Create(CultureInfo.InvariantCulture, $"order-fulfillment-{orderId}-retry-{retries + 1}");
        await client.ScheduleNewOrchestrationInstanceAsync(
            "PlainFulfillment", orderId, new StartOrchestrationOptions(workflowId), cancellationToken);
        return new(orderId, Restarted: true, MovedToDlq: false, workflowId);
    }

    [Function("PlainFulfillment")]
    public static async Task FulfillAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var orderId = context.GetInput<string>()!;
        foreach (var status in (string[])["validated", "planned", "picked", "packed", "completed"])
        {
            await context.CallActivityAsync("PlainStage", new PlainStageInput(orderId, status), ThreeTimes);
        }
    }

    [Function("PlainStage")]
    public Task RunStageAsync([ActivityTrigger] PlainStageInput input, CancellationToken cancellationToken) =>
        orders.SetStatusAsync(input.OrderId, input.Status, cancellationToken);

    private static async Task<ProcessOutcome?> ProcessAsync(TaskOrchestrationContext context, string orderId)
    {
        try
        {
            return await context.CallActivityAsync<ProcessOutcome>("ProcessFailedWorkflow", orderId, ThreeTimes);
        }
        catch (TaskFailedException)
        {
            return null;
        }
    }
}

internal sealed record PlainStageInput(string OrderId, string Status);
