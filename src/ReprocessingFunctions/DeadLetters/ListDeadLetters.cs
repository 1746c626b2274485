using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>The dead-letter queue, newest first, in pages.</summary>
internal sealed class ListDeadLetters(IDeadLetters deadLetters, HttpEndpoint endpoint)
{
    [Function(nameof(ListDeadLetters))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync<DeadLetterEntry, DeadLetterEntry>(
            request, (limit, token, cancel) => deadLetters.ListAsync(new(), limit, token, cancel), entry => entry, cancellationToken);
}
