using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

internal sealed class GetOrder(IOrderStore orders, HttpEndpoint endpoint)
{
    [Function(nameof(GetOrder))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "orders/{orderId}")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
                OrderIds.Check(orderId) is { } problem ? await request.ProblemAsync(problem, cancellationToken)
                : await orders.GetAsync(orderId, cancellationToken) is { } order ? await request.OkAsync(OrderAnswer.Of(order), cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken),
            cancellationToken);
}
