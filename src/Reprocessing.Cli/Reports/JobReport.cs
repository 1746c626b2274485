namespace Reprocessing.Cli.Reports;

internal static class JobReport
{
    private static readonly IReadOnlyList<Column> Fields =
    [
        Column.Of("jobId"), Column.Of("operation"), Column.Of("state"), Column.Of("stateReason"), Column.Of("reason"), Column.Of("requestedBy"),
        Column.Of("selection"), Column.Time("createdAt"), Column.Time("startedAt"), Column.Time("endedAt"), JobView.Duration,
    ];

    private static readonly IReadOnlyList<Column> Leftovers =
        [Column.Of("result.leftovers.pending"), Column.Of("result.leftovers.failed"), Column.Of("result.leftovers.command")];

    public static async Task<Report> MakeAsync(ApiClient api, string jobId, CancellationToken cancellationToken)
    {
        var job = await api.GetAsync(ApiPath.Of("jobs", jobId), cancellationToken);
        List<ReportLine> lines =
        [
            .. Lines(job, "Job", Fields),
            .. Counts(job, "counts", "Items"),
            .. Counts(job, "outcomes", "Outcomes"),
            .. Counts(job, "result.errorPatterns", "Error patterns"),
            .. job.ItemsOf("result.timeline").Select(Happened),
            .. Lines(job, "Left", Leftovers),
        ];
        foreach (var state in (string[])["failed", "skipped"])
        {
            if (job.Count($"counts.{state}") > 0)
            {
                lines.AddRange(await ReasonsAsync(api, jobId, state, cancellationToken));
            }
        }

        return new($"{job.Text("operation")} {job.Text("jobId")}: {job.Text("state")}", lines);
    }

    private static IEnumerable<ReportLine> Lines(JsonElement job, string section, IReadOnlyList<Column> fields) =>
        fields.Select(field => new ReportLine(section, field.Name, field.Show(job))).Where(line => line.Value.Length > 0);

    private static ReportLine Happened(JsonElement told) => new("Timeline", Column.ShortTime(told.TextOrNull("at")), string.Join(
        "; ", new[] { $"{told.Text("action")} by {told.Text("actor")}", told.TextOrNull("reason"), told.TextOrNull("detail") }.OfType<string>()));

    private static IEnumerable<ReportLine> Counts(JsonElement job, string path, string section) =>
        job.MembersOf(path).Select(member => new ReportLine(section, member.Name, member.Value.GetRawText()));

    private static async Task<IEnumerable<ReportLine>> ReasonsAsync(ApiClient api, string jobId, string state, CancellationToken cancellationToken)
    {
        var reasons = await JobWatch.ReasonsAsync(api, jobId, state, cancellationToken);
        var section = reasons.Values.Sum() == JobWatch.MaxReasons
            ? $"Reasons of the first {JobWatch.MaxReasons.Grouped()} {state} items"
            : $"Reasons of {state} items";
        return reasons.OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new ReportLine(section, pair.Key, pair.Value.Grouped()));
    }
}
