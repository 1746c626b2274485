using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>The imports, newest first.</summary>
internal sealed class ListImports(ImportStore imports, ImportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(ListImports))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "imports")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync(request, ListAsync, answer => answer, cancellationToken);

    private async Task<Page<ImportAnswer>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        var page = await imports.ListAsync(limit, token, cancellationToken);
        List<ImportAnswer> answers = [];
        foreach (var import in page.Items)
        {
            answers.Add(await progress.ShowAsync(import, cancellationToken));
        }

        return new(answers, page.Next);
    }
}
