using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>
/// Moves a failed order to the dead-letter queue by hand, out of the reach of runs; or there again, when its dead letter was handed to
/// people or purged. One that is there already stays as it is.
/// </summary>
internal sealed class DeadLetterOrder(IDeadLetterActions actions, DeadLetterDeeds deeds, HttpEndpoint endpoint)
{
    [Function(nameof(DeadLetterOrder))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders/{orderId}/dead-letter")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (act, problem) = await OrderActRequest.ReadAsync(request, orderId, cancellationToken);
                if (problem is not null)
                {
                    return await request.ProblemAsync(problem, cancellationToken);
                }

                var acted = await actions.MoveAsync(orderId, act, cancellationToken);
                if (acted.Result.Reason == ItemReasons.NotFound)
                {
                    return await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken);
                }

                return await deeds.AnswerAsync(request, acted, OrderDeed.DeadLettered, HttpStatusCode.OK, cancellationToken);
            },
            cancellationToken);
}
