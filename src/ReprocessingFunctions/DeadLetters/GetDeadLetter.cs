using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>The dead letter of one order, with its whole attempt history.</summary>
internal sealed class GetDeadLetter(IDeadLetters deadLetters, HttpEndpoint endpoint)
{
    [Function(nameof(GetDeadLetter))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters/{orderId}")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
                OrderIds.Check(orderId) is { } problem ? await request.ProblemAsync(problem, cancellationToken)
                : await deadLetters.GetAsync(orderId, cancellationToken) is { } found ? await request.DeadLetterAsync(found, cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("dead letter of order", orderId), cancellationToken),
            cancellationToken);
}
