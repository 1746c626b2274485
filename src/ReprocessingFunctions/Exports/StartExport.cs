using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>Starts an export: its pages are written one after another and kept, to be downloaded in one piece or in parts.</summary>
internal sealed class StartExport(ExportStarter starter, HttpEndpoint endpoint)
{
    [Function(nameof(StartExport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "exports")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => StartAsync(request, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> StartAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<ExportRequest>(request, cancellationToken);
        if (body.Value is not { } asked)
        {
            return await request.ProblemAsync(body.Problem ?? Problems.NoObject, cancellationToken);
        }

        var (key, badKey) = IdempotencyKey.Read(request, ExportStarter.KeyScope, asked);
        var (order, badOrder) = asked.Read(request);
        if (order is null || badKey is not null)
        {
            return await request.ProblemAsync(badKey ?? badOrder ?? Problems.NoObject, cancellationToken);
        }

        var (export, refused) = await starter.StartAsync(client, order, key, cancellationToken);
        return export is null
            ? await request.ProblemAsync(refused ?? Problems.NoObject, cancellationToken)
            : await request.AnswerAsync(
                HttpStatusCode.Accepted,
                StartedExportAnswer.Of(export, client.CreateHttpManagementPayload(export.ExportId, request)),
                cancellationToken,
                request.LinkTo(ExportAnswer.PathOf(export.ExportId)));
    }
}
