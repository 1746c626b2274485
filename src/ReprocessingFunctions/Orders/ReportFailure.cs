using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>Takes the report of an outside service that its workflow for an order failed. The same workflow id again changes nothing.</summary>
internal sealed class ReportFailure(IOrderStore orders, RetryStrategy backoff, TimeProvider time, HttpEndpoint endpoint)
{
    [Function(nameof(ReportFailure))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders/{orderId}/failures")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => ReportAsync(request, orderId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> ReportAsync(HttpRequestData request, string orderId, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<ReportFailureRequest>(request, cancellationToken);
        if ((OrderIds.Check(orderId) ?? body.Problem ?? Check(orderId, body.Value)) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        var report = (body.Value ?? new()).ToReport(orderId, time.GetUtcNow());
        return await orders.RecordFailureAsync(report, backoff, cancellationToken) switch
        {
            ChangeOutcome.Changed changed => await request.AnswerAsync(
                HttpStatusCode.Created, OrderAnswer.Of(changed.Order), cancellationToken, request.LinkTo(OrderAnswer.Path(orderId))),
            ChangeOutcome.Unchanged unchanged => await request.OkAsync(OrderAnswer.Of(unchanged.Order), cancellationToken),
            ChangeOutcome.Refused refused => await request.ProblemAsync(
                Problems.Conflict(EnumNames.Of(refused.Reason), "The failure was not recorded.", refused.Message), cancellationToken),
            _ => await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken),
        };
    }

    private Problem? Check(string orderId, ReportFailureRequest? body) =>
        body is null ? Problems.InvalidBody("The body must be a JSON object.", "#")
        : body.OrderId is { } named && named != orderId ? Problems.InvalidBody("'orderId' must be the order of the address.", "#/orderId")
        : Check(body.ToReport(orderId, time.GetUtcNow()));

    private Problem? Check(FailureReport report) => report.Check(time.GetUtcNow()).ToProblem();
}
