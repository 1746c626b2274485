namespace Reprocessing.Functions.DeadLetters;

/// <summary>Filters on dead letters, and the queries that ask for them.</summary>
internal static class DeadLetterFilters
{
    private const string Any = "any";

    /// <summary>All values of the query's <c>resolution</c>.</summary>
    public static IReadOnlyList<string> Resolutions { get; } =
        [DeadLetterFields.Unresolved, .. EnumNames.All<DeadLetterResolution>(), Any];

    /// <param name="pointer">Of the member or parameter that holds the text.</param>
    public static (FilterExpression? Filter, Problem? Problem) Read(string text, string pointer)
    {
        var (filter, error) = FilterExpression.Parse(text, DeadLetterFields.Catalog);
        return (filter, error?.ToProblem(pointer));
    }

    public static DeadLetterQuery ReadQuery(HttpRequestData request, DateTimeOffset now) =>
        ToQuery(request.QueryText("filter"), request.QueryText("resolution"), now);

    /// <summary>It asks for open entries unless it says otherwise; a filter that names the resolution itself says otherwise.</summary>
    public static DeadLetterQuery ToQuery(string? text, string? resolved, DateTimeOffset now)
    {
        var (filter, problem) = text is null ? (null, null) : Read(text, "#/filter");
        ProblemException.ThrowIf(problem);
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

/// <summary>Counts dead letters for people and for the metrics.</summary>
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

    /// <summary>
    /// Counts although nobody asks, so that the metrics and the history have figures, that it is remembered when a kind of failure was resolved, and that alerts are
    /// raised and cleared.
    /// </summary>
    public async Task CountAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var count = await counter.CountAsync(cancellationToken);
        metrics.DeadLettersCounted(count);
        await history.SaveAsync(count, cancellationToken);
        await watch.EvaluateAsync(client, count.Statistics, cancellationToken);
    }
}

internal sealed record StatisticsHistoryResponse(IReadOnlyList<StatisticsPoint> Points);
