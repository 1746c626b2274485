using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Orders;

internal static class OrderOperations
{
    private static readonly CreateOrderRequest NewOrder = new()
    {
        OrderId = "ORD-1",
        CustomerId = "C-7",
        Priority = Priority.NextDay,
        Items = [new CreateOrderItem { Sku = "MUG", Quantity = 2, Weight = 0.4m }],
        Shipping = new CreateOrderAddress { City = "Graz", Country = "AT" },
    };

    private static readonly ReportFailureRequest Failure = new()
    {
        FailureStatus = FailureStatuses.ShippingFailed,
        ErrorType = ErrorType.Network,
        Reason = "The carrier did not answer.",
        WorkflowId = "carrier-4711",
    };

    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "orders",
        Post(nameof(CreateOrder), "orders", "Takes an order in and starts its workflow.")
            .Saying("The same order again is answered as before and mends a start that got lost.")
            .Takes(NewOrder)
            .Answering<OrderAnswer>(201, "Taken in.", null, "Location")
            .Answering<OrderAnswer>(200, "It was there already, the same.")
            .Refuses("order_exists"),
        Get(nameof(GetOrder), "orders/{orderId}", "Shows an order.")
            .Answers200<OrderAnswer>()
            .Refuses("invalid_parameter", "not_found"),
        Get(nameof(GetOrderTimeline), "orders/{orderId}/timeline", "Everything that happened to an order, oldest first.")
            .AnswersPage<TimelineEvent>()
            .Refuses("not_found"),
        Post(nameof(ReportFailure), "orders/{orderId}/failures", "Reports that a workflow elsewhere failed at an order.")
            .Saying("The workflow id is the report's identity: the same again changes nothing.")
            .Takes(Failure)
            .Answering<OrderAnswer>(201, "Recorded.", null, "Location")
            .Answering<OrderAnswer>(200, "It was recorded already.")
            .Refuses("invalid_parameter", "not_found", "superseded", "active_workflow", "not_failed", "already_failed", "not_begun", "ended"),
        Post(nameof(DeadLetterOrder), "orders/{orderId}/dead-letter", "Moves a failed order to the dead-letter queue.")
            .Saying("Also one whose dead letter was escalated or purged. One that is in the queue stays as it is.")
            .Takes(new OrderActRequest { Reason = "The customer is to be asked first.", RequestedBy = "maria@example.com" })
            .Answering<DeadLetterAnswer>(200, "It is in the queue.", null, "Location", "ETag")
            .Refuses("invalid_parameter", "not_found", "active_workflow", "not_failed", "ended", "leased"),
        Post(nameof(CancelOrder), "orders/{orderId}/cancel", "Cancels an order that is not completed, and its dead letter with it.")
            .Saying("A workflow that is at work on it ends at its next stage.")
            .Takes(new OrderActRequest { Reason = "The customer no longer wants it.", RequestedBy = "maria@example.com" })
            .Answers200<OrderAnswer>()
            .Refuses("invalid_parameter", "not_found", "ended", "dead_letter", "not_dead_letter", "already_resolved", "leased"),
        Post(nameof(BeginAttempt), "orders/{orderId}/attempts/{workflowId}/begin", "Reports that a workflow elsewhere has begun.")
            .Saying("The same report again is answered as before. A first workflow of an order that is run elsewhere is named by it.")
            .Takes(new BeginAttemptRequest(RestartPoint.FailedStage), optional: true)
            .Answers200<AttemptAnswer>()
            .Refuses("invalid_parameter", "not_found", "superseded", "ended"),
        Post(nameof(CompleteAttempt), "orders/{orderId}/attempts/{workflowId}/complete", "Reports that a workflow elsewhere has completed its order.")
            .Saying("The same report again is answered as before.")
            .Answers200<OrderAnswer>()
            .Refuses("invalid_parameter", "not_found", "superseded", "not_begun", "ended"));
}
