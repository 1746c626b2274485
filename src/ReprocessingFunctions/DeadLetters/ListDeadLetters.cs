using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>The dead-letter queue, newest first, in pages: what is open, or what a filter and a resolution say.</summary>
internal sealed class ListDeadLetters(IDeadLetters deadLetters, TimeProvider time, HttpEndpoint endpoint)
{
    [Function(nameof(ListDeadLetters))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (query, problem) = DeadLetterFilters.ReadQuery(request, time.GetUtcNow());
                return problem is not null
                    ? await request.ProblemAsync(problem, cancellationToken)
                    : await endpoint.RunPagedAsync<DeadLetterEntry, DeadLetterAnswer>(
                        request,
                        (limit, token, cancelled) => deadLetters.ListAsync(query, limit, token, cancelled),
                        entry => DeadLetterAnswer.Of(entry, request),
                        cancellationToken);
            },
            cancellationToken);
}
