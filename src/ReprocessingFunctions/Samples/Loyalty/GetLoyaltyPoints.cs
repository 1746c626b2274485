using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Workflows;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Resets;

namespace ReprocessingFunctions.Samples.Loyalty;

/// <summary>How many points a customer has, as the customer's workflow says.</summary>
internal sealed class GetLoyaltyPoints(IOptions<SamplesOptions> options, HttpEndpoint endpoint)
{
    [Function(nameof(GetLoyaltyPoints))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "samples/loyalty/{customerId}")] HttpRequestData request,
        string customerId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => LoyaltyRoute.Check(customerId, options.Value) is { } refused
                ? await request.ProblemAsync(refused, cancellationToken)
                : await client.GetInstanceAsync(LoyaltyWorkflows.IdOf(customerId), getInputsAndOutputs: true, cancellationToken) is { } instance
                    ? await request.OkAsync(LoyaltyAnswer.Of(customerId, instance), cancellationToken)
                    : await request.ProblemAsync(Problems.NotFound("customer", customerId), cancellationToken),
            cancellationToken);
}

/// <param name="Points">Null until the workflow has begun.</param>
internal sealed record LoyaltyAnswer(string CustomerId, long? Points, string InstanceId, WorkflowStatus Status)
{
    public static LoyaltyAnswer Of(string customerId, OrchestrationMetadata instance) => new(
        customerId, instance.ReadCustomStatusAs<LoyaltyStatus>()?.Points, instance.InstanceId, EngineStatus.Of(instance.RuntimeStatus));
}
