using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>One kind of failure, and whether retrying it has helped.</summary>
internal sealed class GetFailureGroup(IFailureGroups groups, GroupRetries retries, HttpEndpoint endpoint)
{
    [Function(nameof(GetFailureGroup))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "failure-groups/{fingerprint}")] HttpRequestData request,
        string fingerprint,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            () => FindAsync(request, fingerprint, cancellationToken),
            cancellationToken);

    private async Task<HttpResponseData> FindAsync(HttpRequestData request, string fingerprint, CancellationToken cancellationToken)
    {
        if (await groups.GetAsync(fingerprint, cancellationToken) is not { } found)
        {
            return await request.ProblemAsync(Problems.NotFound("failure group", fingerprint), cancellationToken);
        }

        var group = found.Group with { Retries = await retries.ReadAsync(fingerprint, cancellationToken) };
        return await request.AnswerAsync(HttpStatusCode.OK, group, [(EntityTags.Header, EntityTags.Of(found.Tag))], cancellationToken);
    }
}
