using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>Ends an export after the page that is at work. What it has written is not kept.</summary>
internal sealed class CancelExport(IExportStore exports, ExportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(CancelExport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "exports/{exportId}/cancel")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => CancelAsync(request, exportId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CancelAsync(HttpRequestData request, string exportId, CancellationToken cancellationToken)
    {
        var (asked, problem) = await CancelBody.ReadAsync(request, cancellationToken);
        if (asked is null)
        {
            return await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken);
        }

        var export = await exports.EditAsync(
            exportId,
            stored => stored.State.IsFinal() || stored.IsCancelRequested
                ? null
                : stored with { IsCancelRequested = true, CanceledBy = asked.RequestedBy, CancelReason = asked.Reason },
            cancellationToken);
        return export switch
        {
            null => await request.ProblemAsync(Problems.NotFound("export", exportId), cancellationToken),
            { State: not ExportState.Canceled } when export.State.IsFinal() => await request.ProblemAsync(ExportAnswers.Ended(export), cancellationToken),
            _ => await request.AnswerAsync(
                HttpStatusCode.Accepted,
                await progress.ShowAsync(export, cancellationToken),
                cancellationToken,
                request.LinkTo(ExportAnswer.PathOf(exportId))),
        };
    }
}
