namespace Reprocessing.Functions.DeadLetters;

internal static class DeadLetterFilters
{
    private const string Any = "any";

    public static IReadOnlyList<string> Resolutions { get; } =
        [DeadLetterFields.Unresolved, .. EnumNames.All<DeadLetterResolution>(), Any];

    public static DeadLetterQuery ReadQuery(HttpRequestData request, DateTimeOffset now) =>
        ToQuery(request.QueryText("filter"), request.QueryText("resolution"), now);

    /// <summary>It asks for open entries unless it says otherwise; a filter that names the resolution itself says otherwise.</summary>
    public static DeadLetterQuery ToQuery(string? text, string? resolved, DateTimeOffset now)
    {
        var (filter, error) = text is null ? new(null, null) : FilterExpression.Parse(text, DeadLetterFields.Catalog);
        ProblemException.ThrowIf(error?.ToProblem("#/filter"));
        var scope = resolved switch
        {
            null => filter?.Names(DeadLetterFields.Resolution) == true ? DeadLetterScope.Any : DeadLetterScope.Unresolved,
            DeadLetterFields.Unresolved => DeadLetterScope.Unresolved,
            Any => DeadLetterScope.Any,
            var named when EnumNames.TryParse<DeadLetterResolution>(named, out var resolution) => DeadLetterScope.Of(resolution),
            _ => throw new ProblemException(
                Problems.InvalidParameter("resolution", $"'resolution' must be one of {string.Join(", ", Resolutions)}.")),
        };
        return new() { Scope = scope, Filter = filter?.At(now) };
    }
}

/// <summary>What the query of an address says, as a body: an address is shorter than a filter may be.</summary>
internal record DeadLetterQueryRequest
{
    [Required]
    [Text(FilterLimits.Length)]
    [Description("In the filter grammar.")]
    public string? Filter { get; init; }

    [Description("How the entries left the queue; those still in it unless said, or unless the filter names the resolution.")]
    public string? Resolution { get; init; }
}

internal sealed class DeadLetterStatisticsFunctions(
    IDeadLetterCounter counter, StatisticsHistory history, StateMetrics metrics, AlertWatch watch, TimeProvider time)
{
    /// <summary>Thirty days.</summary>
    private const int MostHours = 720;

    [Function(nameof(GetDeadLetterStatistics))]
    [Endpoint("dead letters", "How many dead letters there are, of which kinds, and since when the oldest waits.",
        Description = "Counted in one look at all entries, which is kept for a moment; asOf tells when it began.")]
    [Response(200, "Done.", typeof(DeadLetterStatistics))]
    public async Task<HttpResponseData> GetDeadLetterStatistics(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/statistics/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await request.OkAsync((await counter.CountAsync(cancellationToken)).Statistics, cancellationToken);

    [Function(nameof(GetStatisticsHistory))]
    [Endpoint("dead letters", "How many orders were failing and how many dead letters there were, hour by hour, oldest first.",
        Description = "Kept from the counts of each hour, nothing is counted anew. An hour in which the app did not run is missing.")]
    [Parameter("hours", "How many hours, 24 unless said.", Max = MostHours)]
    [Response(200, "Done.", typeof(StatisticsHistoryResponse))]
    [Refuses("invalid_parameter")]
    public async Task<HttpResponseData> GetStatisticsHistory(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/statistics/history")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var hours = request.QueryNumber("hours", whenAbsent: StatisticsHistory.RecentHours, max: MostHours);
        var points = await history.ReadAsync(time.GetUtcNow().AddHours(1 - hours), cancellationToken);
        return await request.OkAsync(new StatisticsHistoryResponse(points), cancellationToken);
    }

    /// <summary>Counts although nobody asks, for the metrics, the history and the alerts, and so that it is recorded when a kind of failure was resolved.</summary>
    public async Task CountAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var count = await counter.CountAsync(cancellationToken);
        metrics.DeadLettersCounted(count);
        await history.SaveAsync(count, cancellationToken);
        await watch.EvaluateAsync(client, count.Statistics, cancellationToken);
    }
}

internal sealed record StatisticsHistoryResponse(IReadOnlyList<StatisticsPoint> Points);
