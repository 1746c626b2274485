using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

internal sealed record SetJobPaceRequest
{
    public int? Parallelism { get; init; }

    /// <summary>0 is as fast as it goes.</summary>
    public double? ItemsPerSecond { get; init; }

    public string? RequestedBy { get; init; }

    public string? Reason { get; init; }

    public (JobAct? Act, Problem? Problem) Read(HttpRequestData request)
    {
        var (requester, fault) = Requester.Read(request, RequestedBy);
        var pace = new PaceRequest { Parallelism = Parallelism, ItemsPerSecond = ItemsPerSecond };
        List<ProblemError> faults =
        [
            .. pace.Faults("#"),
            .. new[] { fault, BodyText.OptionalFault(Reason, "reason", BodyText.MaxReason), NothingFault() }.OfType<ProblemError>(),
        ];
        return faults.Count > 0 ? (null, Problems.InvalidBody(faults)) : (JobAct.SetPace(requester, Reason, pace), null);
    }

    private ProblemError? NothingFault() => Parallelism is null && ItemsPerSecond is null
        ? new("Say 'parallelism', 'itemsPerSecond' or both.", "#")
        : null;
}

/// <summary>Changes how fast a job goes while it runs.</summary>
internal sealed class SetJobPace(JobActs acts, HttpEndpoint endpoint)
{
    [Function(nameof(SetJobPace))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "jobs/{jobId}/pace")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var body = await RequestBody.ReadAsync<SetJobPaceRequest>(request, cancellationToken);
                var (act, problem) = body.Value?.Read(request) ?? (null, body.Problem);
                return act is null
                    ? await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken)
                    : await acts.AnswerAsync(request, new(jobId, act, HttpStatusCode.OK), client, cancellationToken);
            },
            cancellationToken);
}
