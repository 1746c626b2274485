using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Audit;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Audit;

/// <summary>Who did what, when and why: newest first, narrowed by exact actor, action and target and by time.</summary>
internal sealed class ListAuditEvents(IAuditLog audit, HttpEndpoint endpoint)
{
    [Function(nameof(ListAuditEvents))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit-events")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (from, fromProblem) = ReadTime(request, "from");
                var (to, toProblem) = ReadTime(request, "to");
                if ((fromProblem ?? toProblem) is { } problem)
                {
                    return await request.ProblemAsync(problem, cancellationToken);
                }

                var query = new AuditQuery(Text(request, "actor"), Text(request, "action"), Text(request, "target"), from, to);
                return await endpoint.RunPagedAsync<AuditEvent, AuditEvent>(
                    request,
                    (limit, token, cancelled) => audit.ListAsync(query, limit, token, cancelled),
                    told => told,
                    cancellationToken);
            },
            cancellationToken);

    private static string? Text(HttpRequestData request, string name) => request.Query[name] is { Length: > 0 } text ? text : null;

    /// <summary>A time without an offset is UTC: servers and operators need not agree on where they are.</summary>
    private static (DateTimeOffset? Time, Problem? Problem) ReadTime(HttpRequestData request, string name) =>
        Text(request, name) is not { } text ? (null, null)
        // A plus sign that was not escaped arrives as a space.
        : DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? (time, null)
            : (null, Problems.InvalidParameter(name, $"'{name}' must be a time as 2026-03-01T12:00:00Z."));
}
