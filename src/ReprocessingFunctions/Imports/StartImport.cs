using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>Takes a file of orders in, as the body or by its path, and starts its import.</summary>
internal sealed class StartImport(ImportReceiver receiver, ImportStarter starter, AbandonedUploads abandoned, HttpEndpoint endpoint)
{
    [Function(nameof(StartImport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "imports")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => StartAsync(request, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> StartAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (key, badKey) = IdempotencyKey.Read(request, ImportStarter.KeyScope, request.Url.Query);
        var (asked, badRequest) = await ImportRequest.ReadAsync(request, cancellationToken);
        if (asked is null || badKey is not null)
        {
            return await request.ProblemAsync(badKey ?? badRequest ?? Problems.InvalidBody("The request is not valid.", "#"), cancellationToken);
        }

        await abandoned.EndAsync(client, cancellationToken);
        var (received, problem) = await receiver.ReceiveAsync(asked, request.Body, cancellationToken);
        if (received is null)
        {
            return await request.ProblemAsync(problem ?? Problems.InvalidBody("The input is not valid.", "#"), cancellationToken);
        }

        var (import, refused) = await starter.StartAsync(client, received, key?.Key, cancellationToken);
        if (import is null)
        {
            return await request.ProblemAsync(refused ?? Problems.NotFound("import", received.Import.ImportId), cancellationToken);
        }

        return await request.AnswerAsync(
            HttpStatusCode.Accepted,
            StartedImportAnswer.Of(import, client.CreateHttpManagementPayload(import.ImportId, request)),
            cancellationToken,
            request.LinkTo(ImportAnswer.PathOf(import.ImportId)));
    }
}
