using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>The kinds of failures of dead letters, those with the most open entries first.</summary>
internal sealed class ListFailureGroups(IFailureGroups groups, HttpEndpoint endpoint)
{
    [Function(nameof(ListFailureGroups))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "failure-groups")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (state, problem) = ReadState(request);
                return problem is not null
                    ? await request.ProblemAsync(problem, cancellationToken)
                    : await endpoint.RunPagedAsync<FailureGroup, FailureGroup>(
                        request, (limit, token, cancelled) => groups.ListAsync(state, limit, token, cancelled), group => group, cancellationToken);
            },
            cancellationToken);

    private static (FailureGroupState? State, Problem? Problem) ReadState(HttpRequestData request) =>
        request.Query["state"] is not { Length: > 0 } text ? (null, null)
        : EnumNames.TryParse<FailureGroupState>(text, out var state) ? (state, null)
        : (null, Problems.InvalidParameter("state", $"'state' must be one of {string.Join(", ", EnumNames.All<FailureGroupState>())}."));
}
