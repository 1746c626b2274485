using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>Ends an import after the pages that are at work. What is stored stays.</summary>
internal sealed class CancelImport(ImportStore imports, ImportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(CancelImport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "imports/{importId}/cancel")] HttpRequestData request,
        string importId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => CancelAsync(request, importId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CancelAsync(HttpRequestData request, string importId, CancellationToken cancellationToken)
    {
        var (asked, problem) = await CancelBody.ReadAsync(request, cancellationToken);
        if (asked is null)
        {
            return await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken);
        }

        var import = await imports.EditAsync(
            importId,
            stored => stored.State.IsFinal() || stored.IsCancelRequested
                ? null
                : stored with { IsCancelRequested = true, CanceledBy = asked.RequestedBy, CancelReason = asked.Reason },
            cancellationToken);
        return import switch
        {
            null => await request.ProblemAsync(Problems.NotFound("import", importId), cancellationToken),
            { State: not ImportState.Canceled } when import.State.IsFinal() => await request.ProblemAsync(ImportAnswers.Ended(import), cancellationToken),
            _ => await request.AnswerAsync(
                HttpStatusCode.Accepted,
                await progress.ShowAsync(import, cancellationToken),
                cancellationToken,
                request.LinkTo(ImportAnswer.PathOf(importId))),
        };
    }
}
