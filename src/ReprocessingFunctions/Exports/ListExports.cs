using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>The exports, newest first.</summary>
internal sealed class ListExports(IExportStore exports, ExportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(ListExports))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync(request, ListAsync, answer => answer, cancellationToken);

    private async Task<Page<ExportAnswer>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        var page = await exports.ListAsync(limit, token, cancellationToken);
        List<ExportAnswer> answers = [];
        foreach (var export in page.Items)
        {
            answers.Add(await progress.ShowAsync(export, cancellationToken));
        }

        return new(answers, page.Next);
    }
}
