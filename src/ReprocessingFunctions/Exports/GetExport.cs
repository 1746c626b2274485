using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>One export, with its progress while it runs.</summary>
internal sealed class GetExport(IExportStore exports, ExportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(GetExport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/{exportId}")] HttpRequestData request,
        string exportId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => ShowAsync(request, exportId, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> ShowAsync(
        HttpRequestData request, string exportId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await exports.GetAsync(exportId, cancellationToken) is not { } export)
        {
            return await request.ProblemAsync(Problems.NotFound("export", exportId), cancellationToken);
        }

        var current = await progress.EndIfBrokenAsync(export, client, cancellationToken);
        return await request.OkAsync(await progress.ShowAsync(current, cancellationToken), cancellationToken);
    }
}
