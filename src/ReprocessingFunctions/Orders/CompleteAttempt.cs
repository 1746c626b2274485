using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>An outside order service has done all there was to do. The same report again is answered as before.</summary>
internal sealed class CompleteAttempt(IOrderStore orders, HttpEndpoint endpoint)
{
    [Function(nameof(CompleteAttempt))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders/{orderId}/attempts/{workflowId}/complete")] HttpRequestData request,
        string orderId,
        string workflowId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => CompleteAsync(request, orderId, workflowId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CompleteAsync(
        HttpRequestData request, string orderId, string workflowId, CancellationToken cancellationToken)
    {
        if (AttemptRoutes.Check(orderId, workflowId) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        return await orders.CompleteAsync(orderId, workflowId, cancellationToken) switch
        {
            ChangeOutcome.Changed changed => await request.OkAsync(OrderAnswer.Of(changed.Order), cancellationToken),
            ChangeOutcome.Unchanged unchanged => await request.OkAsync(OrderAnswer.Of(unchanged.Order), cancellationToken),
            ChangeOutcome.Refused refused => await request.ProblemAsync(
                AttemptRoutes.Refused(refused.Reason, "success", refused.Message), cancellationToken),
            _ => await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken),
        };
    }
}
