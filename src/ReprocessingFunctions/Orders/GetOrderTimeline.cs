using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>Everything that happened to an order, oldest first, in pages.</summary>
internal sealed class GetOrderTimeline(IOrderStore orders, HttpEndpoint endpoint)
{
    [Function(nameof(GetOrderTimeline))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "orders/{orderId}/timeline")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => AnswerAsync(request, orderId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> AnswerAsync(HttpRequestData request, string orderId, CancellationToken cancellationToken)
    {
        var (asked, fault) = Paging.Read(request);
        if ((OrderIds.Check(orderId) ?? fault) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        return await orders.ReadTimelineAsync(orderId, asked.Size, asked.Token, cancellationToken) is { } page
            ? await request.OkAsync(new PageAnswer<TimelineEvent>(page.Items, Paging.Encode(page.Next)), cancellationToken)
            : await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken);
    }
}
