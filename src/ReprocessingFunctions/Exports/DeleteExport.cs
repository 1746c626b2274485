using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>Deletes what an export has written, before its time is over. That there was an export stays known.</summary>
internal sealed class DeleteExport(IExportStore exports, ExportContent content, ExportProgress progress, TimeProvider time, HttpEndpoint endpoint)
{
    [Function(nameof(DeleteExport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "exports/{exportId}")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => DeleteAsync(request, exportId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> DeleteAsync(HttpRequestData request, string exportId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Nobody is given half of it while its rows go; and should this be cut off, the next sweep goes on.
        var export = await exports.EditAsync(
            exportId, stored => stored.State.IsFinal() && stored.KeptUntil > now ? stored with { KeptUntil = now } : null, cancellationToken);
        if (export is not { } found || !found.State.IsFinal())
        {
            return await request.ProblemAsync(
                export is null ? Problems.NotFound("export", exportId) : ExportAnswers.NotEnded(export), cancellationToken);
        }

        await content.DropAsync(found, cancellationToken);
        return await request.OkAsync(await progress.ShowAsync(found, cancellationToken), cancellationToken);
    }
}
