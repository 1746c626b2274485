namespace ReprocessingFunctions.Runs;

internal sealed record SummaryAnswer(IReadOnlyList<DaySummary> Days);

/// <summary>What runs did, a UTC day an entry, newest first: the query behind the dashboard's chart.</summary>
internal sealed class GetSummary(IResultStore results, TimeProvider time, HttpEndpoint endpoint)
{
    private const int DefaultDays = 7;

    private const int MaxDays = 366;

    [Function(nameof(GetSummary))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/summary")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (days, problem) = Paging.QueryNumber(request, "days", DefaultDays, MaxDays);
                return problem is not null
                    ? await request.ProblemAsync(problem, cancellationToken)
                    : await request.OkAsync(
                        new SummaryAnswer(await results.SummariseAsync(time.GetUtcNow(), days, cancellationToken)), cancellationToken);
            },
            cancellationToken);
}
