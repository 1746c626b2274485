using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>
/// Cancels an order that is not completed. A workflow that is at work on it ends at its next stage; of a dead letter the entry is
/// resolved with it.
/// </summary>
internal sealed class CancelOrder(IOrderStore orders, IDeadLetterActions actions, OrderAudit audit, HttpEndpoint endpoint)
{
    [Function(nameof(CancelOrder))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders/{orderId}/cancel")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (act, problem) = await OrderActRequest.ReadAsync(request, orderId, cancellationToken);
                return problem is null
                    ? await CancelAsync(request, orderId, act, cancellationToken)
                    : await request.ProblemAsync(problem, cancellationToken);
            },
            cancellationToken);

    private async Task<HttpResponseData> CancelAsync(HttpRequestData request, string orderId, AuditedAction act, CancellationToken cancellationToken)
    {
        var outcome = await orders.CancelAsync(orderId, act, cancellationToken);
        switch (outcome)
        {
            case ChangeOutcome.Changed changed:
                return await DoneAsync(request, changed.Order, cancellationToken);
            case ChangeOutcome.Unchanged unchanged:
                return await DoneAsync(request, unchanged.Order, cancellationToken);
            case ChangeOutcome.Refused { Reason: Refusal.DeadLetter }:
                return await ResolveAsync(request, orderId, act, cancellationToken);
            case ChangeOutcome.Refused refused:
                return await request.ProblemAsync(
                    Problems.Conflict(EnumNames.Of(refused.Reason), "The order was not cancelled.", refused.Message), cancellationToken);
            default:
                return await request.ProblemAsync(Problems.NotFound("order", orderId), cancellationToken);
        }
    }

    private async Task<HttpResponseData> ResolveAsync(HttpRequestData request, string orderId, AuditedAction act, CancellationToken cancellationToken)
    {
        var resolve = new ResolveRequest(act, DeadLetterResolution.Cancelled, act.Reason) { AlsoPurged = true };
        var acted = (await actions.ResolveAsync(resolve, [new(orderId, string.Empty)], cancellationToken))[0];
        return acted is { Result.State: ItemState.Succeeded, Order: { } order }
            ? await DoneAsync(request, order, cancellationToken)
            : await request.ProblemAsync(DeadLetterProblems.Of(acted.Result, acted.Entry), cancellationToken);
    }

    private async Task<HttpResponseData> DoneAsync(HttpRequestData request, Order order, CancellationToken cancellationToken)
    {
        await audit.TellAsync(order.OrderId, OrderDeed.Cancelled, order, cancellationToken);
        return await request.OkAsync(OrderAnswer.Of(order), cancellationToken);
    }
}
