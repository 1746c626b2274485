using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <param name="From">Absent stands for the setting.</param>
internal sealed record BeginAttemptRequest(RestartPoint? From = null);

/// <param name="ResumeAt">The first stage to do; absent when all were done before.</param>
internal sealed record AttemptAnswer(string OrderId, string WorkflowId, int Attempt, int Generation, Stage? ResumeAt);

/// <summary>
/// An outside order service has begun an attempt that it was told of: the start is no longer pending. The same report again is
/// answered as before.
/// </summary>
internal sealed class BeginAttempt(IOrderStore orders, IOptions<FulfillmentOptions> options, HttpEndpoint endpoint)
{
    [Function(nameof(BeginAttempt))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders/{orderId}/attempts/{workflowId}/begin")] HttpRequestData request,
        string orderId,
        string workflowId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => BeginAsync(request, orderId, workflowId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> BeginAsync(
        HttpRequestData request, string orderId, string workflowId, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadOptionalAsync(request, new BeginAttemptRequest(), cancellationToken);
        if ((AttemptRoutes.Check(orderId, workflowId) ?? body.Problem) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        var from = body.Value?.From ?? options.Value.RestartFrom;
        return await orders.BeginOutsideAsync(orderId, workflowId, from, cancellationToken) switch
        {
            BeginOutcome.Begun { Start: var start, ResumeAt: var stage } => await request.OkAsync(
                new AttemptAnswer(orderId, workflowId, start.Attempt, start.Generation, stage), cancellationToken),
            BeginOutcome.Refused refused => await request.ProblemAsync(
                AttemptRoutes.Refused(refused.Reason, "beginning", refused.Message), cancellationToken),
            _ => await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken),
        };
    }
}
