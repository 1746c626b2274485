using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>What became of each item, by id.</summary>
internal sealed class ListJobItems(IJobStore jobs, HttpEndpoint endpoint)
{
    [Function(nameof(ListJobItems))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{jobId}/items")] HttpRequestData request,
        string jobId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (state, problem) = JobRoute.ReadItemState(request);
                return problem is not null ? await request.ProblemAsync(problem, cancellationToken)
                    : !JobRoute.IsJob(jobId) || await jobs.GetAsync(jobId, cancellationToken) is null
                        ? await request.ProblemAsync(Problems.NotFound("job", jobId), cancellationToken)
                        : await endpoint.RunPagedAsync(
                            request,
                            (limit, token, cancelled) => jobs.ListItemsAsync(jobId, state, limit, token, cancelled),
                            JobItemAnswer.Of,
                            cancellationToken);
            },
            cancellationToken);
}

internal sealed record JobItemAnswer(
    string Id,
    ItemState State,
    string? Reason,
    string? Message,
    string? WorkflowId,
    int Attempts,
    BusinessOutcome? Outcome,
    string? Group,
    DateTimeOffset? UpdatedAt)
{
    public static JobItemAnswer Of(JobItem item) => new(
        item.Id, item.State, item.Reason, item.Message, item.WorkflowId, item.Attempts, item.Outcome, item.Group, item.UpdatedAt);
}
