using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Who wants a job to pause, go on or end, and why.</summary>
internal sealed record JobDemandRequest
{
    public string? RequestedBy { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What is asked of a job, and the status of the answer when it is done.</summary>
internal sealed record JobActRequest(string JobId, JobAct Act, HttpStatusCode Done);

/// <summary>The common part of the functions that change a job.</summary>
internal sealed class JobActs(JobControls controls, JobViews views)
{
    /// <summary>Does what the body asks for, or says what is wrong with it.</summary>
    public async Task<HttpResponseData> DemandAsync(
        HttpRequestData request,
        string jobId,
        Func<string, string?, JobAct> act,
        DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (demand, problem) = await ReadDemandAsync(request, act, cancellationToken);
        return demand is null
            ? await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken)
            : await AnswerAsync(request, new(jobId, demand, HttpStatusCode.Accepted), client, cancellationToken);
    }

    public async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, JobActRequest asked, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var change = JobRoute.IsJob(asked.JobId)
            ? await controls.DoAsync(
                asked.JobId, asked.Act, job => EntityTags.Allows(request, JobAnswer.Version(job)), client, cancellationToken)
            : new(null, null);
        if (change.Job is not { } job)
        {
            return await request.ProblemAsync(Problems.NotFound("job", asked.JobId), cancellationToken);
        }

        return change.Refused is { } refused
            ? await request.ProblemAsync(refused, cancellationToken)
            : await request.AnswerAsync(
                asked.Done,
                await views.ShowAsync(job, client, cancellationToken),
                [("Location", request.LinkTo(JobAnswer.Path(job.JobId))), (EntityTags.Header, JobAnswer.Tag(job))],
                cancellationToken);
    }

    private static async Task<(JobAct? Act, Problem? Problem)> ReadDemandAsync(
        HttpRequestData request, Func<string, string?, JobAct> act, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadOptionalAsync<JobDemandRequest>(request, new(), cancellationToken);
        if (body.Value is not { } asked)
        {
            return (null, body.Problem);
        }

        var (requester, fault) = Requester.Read(request, asked.RequestedBy);
        List<ProblemError> faults =
            [.. new[] { fault, BodyText.OptionalFault(asked.Reason, "reason", BodyText.MaxReason) }.OfType<ProblemError>()];
        return faults.Count > 0 ? (null, Problems.InvalidBody(faults)) : (act(requester, asked.Reason), null);
    }
}
