using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>The jobs, runs among them, newest first; all, or those of a state or an operation.</summary>
internal sealed class ListJobs(IJobStore jobs, HttpEndpoint endpoint)
{
    [Function(nameof(ListJobs))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (state, stateProblem) = Read<JobState>(request, "state");
                var (operation, operationProblem) = Read<JobOperation>(request, "operation");
                return (stateProblem ?? operationProblem) is { } problem
                    ? await request.ProblemAsync(problem, cancellationToken)
                    : await endpoint.RunPagedAsync<JobRecord, JobAnswer>(
                        request,
                        (limit, token, cancelled) => jobs.ListAsync(new(state, operation), limit, token, cancelled),
                        JobAnswer.Of,
                        cancellationToken);
            },
            cancellationToken);

    private static (T? Value, Problem? Problem) Read<T>(HttpRequestData request, string name)
        where T : struct, Enum =>
        request.Query[name] is not { Length: > 0 } text ? (null, null)
        : EnumNames.TryParse<T>(text, out var value) ? (value, null)
        : (null, Problems.InvalidParameter(name, $"'{name}' must be one of {string.Join(", ", EnumNames.All<T>())}."));
}
