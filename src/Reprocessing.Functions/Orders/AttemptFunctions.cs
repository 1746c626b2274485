using System.Diagnostics;

namespace Reprocessing.Functions.Orders;

internal sealed class AttemptFunctions(
    IOrderStore orders,
    RetryStrategy backoff,
    IOptions<FulfillmentOptions> options,
    IOptions<ReprocessingOptions> runs,
    OrderWorkflowEnd workflows,
    ReprocessingMetrics metrics,
    TimeProvider time)
{
    private static readonly ReportFailureRequest Failure = new()
    {
        FailureStatus = FailureStatuses.ShippingFailed,
        ErrorType = ErrorType.Network,
        Reason = "The carrier did not answer.",
        WorkflowId = "carrier-4711",
    };

    private static readonly BeginAttemptRequest FromFailedStage = new(RestartPoint.FailedStage);

    [Function(nameof(ReportFailure))]
    [Endpoint("orders", "Reports that a workflow elsewhere failed at an order.", Description = "The workflow id is the report's identity: the same again changes nothing.")]
    [Body(typeof(ReportFailureRequest), Example = nameof(Failure))]
    [Response(201, "Recorded.", typeof(OrderResponse), "Location")]
    [Response(200, "It was recorded already.", typeof(OrderResponse))]
    [Refuses("invalid_parameter", "not_found", "superseded", "active_workflow", "not_failed", "already_failed", "not_begun", "ended")]
    public async Task<HttpResponseData> ReportFailure(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/{orderId}/failures")] HttpRequestData request,
        string orderId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var body = await request.ReadBodyAsync<ReportFailureRequest>(read => read.Faults(orderId, now), cancellationToken);
        var report = body.ToReport(orderId, now) with { TraceParent = Activity.Current?.Id };
        var outcome = metrics.AttemptEnded(await orders.RecordFailureAsync(report, backoff, cancellationToken));
        var order = outcome.OrderOf(orderId, "The failure was not recorded.");
        await workflows.EndAsync(client, order, report.WorkflowId, "A failure was reported from outside.", cancellationToken);
        return outcome is ChangeOutcome.Changed
            ? await request.RespondAsync(HttpStatusCode.Created, new OrderResponse(order, runs.Value.MaxRetries), cancellationToken, request.LinkTo(OrderResponse.Path(orderId)))
            : await request.OkAsync(new OrderResponse(order, runs.Value.MaxRetries), cancellationToken);
    }

    [Function(nameof(BeginAttempt))]
    [Endpoint("orders", "Reports that a workflow elsewhere has begun.", Description = "The same report again is answered as before. A first workflow of an order that is run elsewhere is named by it.")]
    [Body(typeof(BeginAttemptRequest), IsOptional = true, Example = nameof(FromFailedStage))]
    [Response(200, "Done.", typeof(AttemptResponse))]
    [Refuses("invalid_parameter", "not_found", "superseded", "ended")]
    public async Task<HttpResponseData> BeginAttempt(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/{orderId}/attempts/{workflowId}/begin")] HttpRequestData request,
        string orderId,
        string workflowId,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadOptionalBodyAsync(new BeginAttemptRequest(), cancellationToken);
        var outcome = await orders.BeginExternalAsync(orderId, workflowId, body.From ?? options.Value.RestartFrom, cancellationToken);
        var order = outcome.OrderOf(orderId, "The beginning was not recorded.");
        return await request.OkAsync(
            new AttemptResponse(orderId, workflowId, order.RetryCount, order.Generation, Stages.After(order.Checkpoint)), cancellationToken);
    }

    [Function(nameof(CompleteAttempt))]
    [Endpoint("orders", "Reports that a workflow elsewhere has completed its order.", Description = "The same report again is answered as before.")]
    [Response(200, "Done.", typeof(OrderResponse))]
    [Refuses("invalid_parameter", "not_found", "superseded", "not_begun", "ended")]
    public async Task<HttpResponseData> CompleteAttempt(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/{orderId}/attempts/{workflowId}/complete")] HttpRequestData request,
        string orderId,
        string workflowId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var outcome = metrics.AttemptEnded(await orders.CompleteAsync(orderId, workflowId, cancellationToken));
        var order = outcome.OrderOf(orderId, "The success was not recorded.");
        await workflows.EndAsync(client, order, workflowId, "Its success was reported from outside.", cancellationToken);
        return await request.OkAsync(new OrderResponse(order, runs.Value.MaxRetries), cancellationToken);
    }
}

internal sealed record ReportFailureRequest
{
    public string? OrderId { get; init; }

    [Required]
    [FailureStatusName]
    public string? FailureStatus { get; init; }

    public ErrorType? ErrorType { get; init; }

    public string? Reason { get; init; }

    [Required]
    public string? WorkflowId { get; init; }

    public string? RunId { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    public string? ExceptionType { get; init; }

    public Stage? Stage { get; init; }

    public string? TraceId { get; init; }

    public IEnumerable<ProblemError?> Faults(string orderId, DateTimeOffset now) =>
    [
        OrderId is null || OrderId == orderId ? null : new("'orderId' must be the order of the address.", "#/orderId"),
        .. ToReport(orderId, now).Check(now).ToErrors(),
    ];

    public FailureReport ToReport(string orderId, DateTimeOffset now) => new(
        orderId, FailureStatus ?? string.Empty, WorkflowId ?? string.Empty, FailedAt ?? now, Reason, ErrorType, RunId)
    {
        ExceptionType = ExceptionType,
        Stage = Stage,
        TraceId = TraceId,
    };
}

internal sealed record BeginAttemptRequest(RestartPoint? From = null);

internal sealed record AttemptResponse(string OrderId, string WorkflowId, int Attempt, int Generation, Stage? ResumeAt);
