using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>One kind of failure.</summary>
internal sealed class GetFailureGroup(IFailureGroups groups, HttpEndpoint endpoint)
{
    [Function(nameof(GetFailureGroup))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "failure-groups/{fingerprint}")] HttpRequestData request,
        string fingerprint,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await groups.GetAsync(fingerprint, cancellationToken) is { } found
                ? await request.AnswerAsync(HttpStatusCode.OK, found.Group, [(EntityTags.Header, EntityTags.Of(found.Tag))], cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("failure group", fingerprint), cancellationToken),
            cancellationToken);
}
