using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Orders;

/// <summary>
/// Takes an order in and starts its workflow. The same order again is answered as before and mends a start that got lost;
/// another order of the same id is a conflict.
/// </summary>
internal sealed class CreateOrder(IOrderStore orders, RestartStarter starter, HttpEndpoint endpoint)
{
    [Function(nameof(CreateOrder))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "orders")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var body = await RequestBody.ReadAsync<CreateOrderRequest>(request, cancellationToken);
                return body.Value is { } order
                    ? await CreateAsync(request, client, order.ToOrder(), cancellationToken)
                    : await request.ProblemAsync(body.Problem ?? Problems.InvalidBody("The body must be a JSON object.", "#"), cancellationToken);
            },
            cancellationToken);

    private async Task<HttpResponseData> CreateAsync(
        HttpRequestData request, DurableTaskClient client, NewOrder order, CancellationToken cancellationToken)
    {
        switch (await orders.CreateAsync(order, cancellationToken))
        {
            case CreateOutcome.Created created:
                await StartAsync(client, created.Start, cancellationToken);
                return await AnswerAsync(request, HttpStatusCode.Created, created.Order, cancellationToken);
            case CreateOutcome.AlreadyThere there:
                await StartAsync(client, there.Start, cancellationToken);
                return await AnswerAsync(request, HttpStatusCode.OK, there.Order, cancellationToken);
            case CreateOutcome.Conflict conflict:
                return await request.ProblemAsync(
                    Problems.Conflict("order_exists", "Another order has this id.", conflict.Message), cancellationToken);
            case CreateOutcome.Invalid invalid:
                return await request.ProblemAsync(invalid.Problems.ToProblem() ?? Problems.InvalidBody("The order is not valid.", "#"), cancellationToken);
            default:
                throw new InvalidOperationException("The order store gave an unknown answer.");
        }
    }

    /// <summary>A workflow that cannot be started now is started by the next run: the order is stored and says so.</summary>
    private Task StartAsync(DurableTaskClient client, OrderStart? start, CancellationToken cancellationToken) =>
        start is null ? Task.CompletedTask : starter.StartAllAsync(client, [start], cancellationToken);

    private static Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, HttpStatusCode status, Order order, CancellationToken cancellationToken) =>
        request.AnswerAsync(status, OrderAnswer.Of(order), cancellationToken, request.LinkTo(OrderAnswer.Path(order.OrderId)));
}
