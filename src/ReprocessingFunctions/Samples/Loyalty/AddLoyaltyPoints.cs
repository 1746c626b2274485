using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orchestration;
using ReprocessingFunctions.Workflows;

namespace ReprocessingFunctions.Samples.Loyalty;

/// <summary>Sends a customer's workflow an event, and starts the workflow with the first one.</summary>
internal sealed class AddLoyaltyPoints(WorkflowStarter starter, InstanceBeginning beginning, IOptions<SamplesOptions> options, HttpEndpoint endpoint)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    [Function(nameof(AddLoyaltyPoints))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "samples/loyalty/{customerId}/points")] HttpRequestData request,
        string customerId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                if (LoyaltyRoute.Check(customerId, options.Value) is { } refused)
                {
                    return await request.ProblemAsync(refused, cancellationToken);
                }

                var body = await RequestBody.ReadAsync<AddLoyaltyPointsRequest>(request, cancellationToken);
                return body.Value is { } points && (body.Problem ?? points.Check()) is null
                    ? await SendAsync(request, client, customerId, points, cancellationToken)
                    : await request.ProblemAsync(body.Problem ?? body.Value?.Check() ?? Problems.NoObject, cancellationToken);
            },
            cancellationToken);

    private async Task<HttpResponseData> SendAsync(
        HttpRequestData request, DurableTaskClient client, string customerId, AddLoyaltyPointsRequest points, CancellationToken cancellationToken)
    {
        var instanceId = LoyaltyWorkflows.IdOf(customerId);
        var input = new LoyaltyState(customerId, options.Value.LoyaltyEventsPerRun);
        await starter.StartAsync(
            client, new(nameof(LoyaltyProgramOrchestrator), LoyaltyWorkflows.Type, instanceId, input, customerId), cancellationToken);
        if (await beginning.WaitAsync(client, instanceId, StartLimit, cancellationToken) is not { IsCompleted: false })
        {
            // It has not begun yet, it is being reset, or somebody has ended it: an event would be lost.
            return await request.ProblemAsync(
                Problems.Conflict("workflow_ended", "The workflow takes no events.", $"The workflow '{instanceId}' is not running now; try again, or reset it."),
                cancellationToken);
        }

        await client.RaiseEventAsync(instanceId, points.EventName, points.ToEvent(), cancellationToken);
        return await request.AnswerAsync(
            HttpStatusCode.Accepted, new LoyaltySentAnswer(customerId, instanceId), cancellationToken, request.LinkTo(LoyaltyRoute.Path(customerId)));
    }
}

internal sealed record LoyaltySentAnswer(string CustomerId, string InstanceId);
