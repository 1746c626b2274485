using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>Puts a kind of failure aside, or takes it up again.</summary>
/// <remarks>
/// The edit is stored, then told in the audit log as it was stored. Who repeats a request that died in between changes nothing and
/// tells it, under the id that it has anyhow.
/// </remarks>
internal sealed class EditFailureGroup(IFailureGroups groups, IAuditLog audit, HttpEndpoint endpoint)
{
    [Function(nameof(EditFailureGroup))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "failure-groups/{fingerprint}")] HttpRequestData request,
        string fingerprint,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var body = await RequestBody.ReadAsync<EditFailureGroupRequest>(request, cancellationToken);
                var (demand, problem) = body.Value?.Read(request) ?? (null, body.Problem);
                if (demand is null)
                {
                    return await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken);
                }

                if (await groups.EditAsync(fingerprint, demand, tag => EntityTags.Allows(request, tag), cancellationToken) is not { } found)
                {
                    return await request.ProblemAsync(Problems.NotFound("failure group", fingerprint), cancellationToken);
                }

                if (FailureGroupAudit.Of(found) is { } told)
                {
                    await audit.AddAsync(told, cancellationToken);
                }

                return await request.AnswerAsync(HttpStatusCode.OK, found.Group, [(EntityTags.Header, EntityTags.Of(found.Tag))], cancellationToken);
            },
            cancellationToken);
}
