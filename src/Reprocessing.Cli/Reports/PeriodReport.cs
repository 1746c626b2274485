namespace Reprocessing.Cli.Reports;

/// <summary>Runs of the last days, and the queue now.</summary>
internal static class PeriodReport
{
    private const int TopGroups = 10;

    private static readonly (string Member, string Name)[] Totals =
    [
        ("runs", "runs"), ("foundCount", "found"), ("restartedCount", "restarted"), ("dlqCount", "dead-lettered"), ("errorCount", "errors"),
        ("skippedCount", "skipped"),
    ];

    public static async Task<Report> MakeAsync(ApiClient api, int days, CancellationToken cancellationToken)
    {
        var path = ApiPath.With("/api/reprocessing/summary", ("days", days.ToString(CultureInfo.InvariantCulture)));
        var summary = (await api.GetAsync(path, cancellationToken)).ItemsOf("days").ToList();
        var statistics = await api.GetAsync("/api/statistics/dead-letters", cancellationToken);
        List<ReportLine> lines =
        [
            .. Totals.Select(total => new ReportLine("All days", total.Name, summary.Sum(day => (double)day.Count(total.Member)).Grouped())),
            .. summary.Select(Day),
            .. Queue(statistics),
        ];
        await foreach (var group in api.ReadAsync(ApiRequest.Get("/api/failure-groups"), TopGroups, cancellationToken))
        {
            var open = $"{group.Count("openCount").Grouped()} open of {group.Count("count").Grouped()}";
            var what = $"{open}, {group.Text("state")}, {group.Text("errorType")}: {group.Text("sampleReason")}";
            lines.Add(new("Largest groups", group.Text("fingerprint"), what));
        }

        return new($"Reprocessing, last {days} days", lines);
    }

    private static ReportLine Day(JsonElement day) => new(
        "Days", day.Text("day"), string.Join(", ", Totals.Select(total => $"{day.Count(total.Member).Grouped()} {total.Name}")));

    private static IEnumerable<ReportLine> Queue(JsonElement statistics)
    {
        yield return new("Dead letters", "unresolved", statistics.Count("unresolvedCount").Grouped());
        yield return new("Dead letters", "resolved", statistics.Count("resolvedCount").Grouped());
        if (statistics.TextOrNull("oldestUnresolved") is { } oldest)
        {
            yield return new("Dead letters", "oldest unresolved", Column.ShortTime(oldest));
        }

        foreach (var type in statistics.MembersOf("byErrorType"))
        {
            yield return new("Dead letters by error", type.Name, type.Value.GetRawText());
        }
    }
}
