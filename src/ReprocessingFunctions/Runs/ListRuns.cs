namespace ReprocessingFunctions.Runs;

/// <summary>The runs, newest first.</summary>
internal sealed class ListRuns(IResultStore results, HttpEndpoint endpoint)
{
    [Function(nameof(ListRuns))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/runs")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync(
            request, results.ListAsync, RunAnswer.Of, cancellationToken);
}
