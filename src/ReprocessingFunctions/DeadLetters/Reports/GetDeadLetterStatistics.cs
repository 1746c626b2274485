using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Reports;

/// <summary>How many dead letters there are, of which kinds, and how long the oldest has waited.</summary>
internal sealed class GetDeadLetterStatistics(IDeadLetterCensus census, HttpEndpoint endpoint)
{
    [Function(nameof(GetDeadLetterStatistics))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "statistics/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await request.OkAsync((await census.TakeAsync(cancellationToken)).Statistics, cancellationToken),
            cancellationToken);
}
