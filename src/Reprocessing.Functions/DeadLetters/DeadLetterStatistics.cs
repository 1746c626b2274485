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

internal sealed class DeadLetterStatisticsFunctions(IDeadLetterCounter counter, StateMetrics metrics, AlertWatch watch)
{
    [Function(nameof(GetDeadLetterStatistics))]
    [Endpoint("dead letters", "How many dead letters there are, of which kinds, and since when the oldest waits.",
        Description = "Counted in one look at all entries, which is kept for a moment; asOf tells when it began.")]
    [Response(200, "Done.", typeof(DeadLetterStatistics))]
    public async Task<HttpResponseData> GetDeadLetterStatistics(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/statistics/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await request.OkAsync((await counter.CountAsync(cancellationToken)).Statistics, cancellationToken);

    /// <summary>Counts although nobody asks, for the metrics, for the alerts, and so that it is recorded when a kind of failure was resolved.</summary>
    public async Task CountAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var count = await counter.CountAsync(cancellationToken);
        metrics.DeadLettersCounted(count);
        await watch.EvaluateAsync(client, count.Statistics, cancellationToken);
    }
}
