using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

internal sealed record CancelImportRequest
{
    public string? RequestedBy { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Ends an import after the pages that are at work. What is stored stays.</summary>
internal sealed class CancelImport(IImportStore imports, ImportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(CancelImport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "imports/{importId}/cancel")] HttpRequestData request,
        string importId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => CancelAsync(request, importId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CancelAsync(HttpRequestData request, string importId, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadOptionalAsync(request, new CancelImportRequest(), cancellationToken);
        var asked = body.Value ?? new();
        if ((body.Problem ?? Check(asked)) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
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

    private static Problem? Check(CancelImportRequest asked)
    {
        ProblemError?[] faults =
        [
            BodyText.OptionalFault(asked.RequestedBy, "requestedBy", Requester.MaxLength),
            BodyText.OptionalFault(asked.Reason, "reason", BodyText.MaxReason),
        ];
        return faults.OfType<ProblemError>().ToList() is { Count: > 0 } found ? Problems.InvalidBody(found) : null;
    }
}
