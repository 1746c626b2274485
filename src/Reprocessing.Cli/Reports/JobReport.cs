namespace Reprocessing.Cli.Reports;

/// <summary>A job, its results and its outcomes.</summary>
internal static class JobReport
{
    private const int MostReasons = 1_000;

    private static readonly string[] Moments = ["createdAt", "startedAt", "endedAt"];

    public static async Task<Report> MakeAsync(ApiClient api, string jobId, CancellationToken cancellationToken)
    {
        var job = await api.GetAsync(ApiPath.Of("jobs", jobId), cancellationToken);
        List<ReportLine> lines =
        [
            .. Lines(job, "Job", "jobId", "operation", "state", "stateReason", "reason", "requestedBy", "selection"),
            .. Times(job),
            .. Counts(job, "counts", "Items"),
            .. Counts(job, "outcomes", "Outcomes"),
            .. Counts(job, "result.errorPatterns", "Error patterns"),
        ];
        if (job.Count("counts.failed") > 0)
        {
            lines.AddRange(await ReasonsAsync(api, jobId, "failed", cancellationToken));
        }

        if (job.Count("counts.skipped") > 0)
        {
            lines.AddRange(await ReasonsAsync(api, jobId, "skipped", cancellationToken));
        }

        return new($"{job.Text("operation")} {job.Text("jobId")}: {job.Text("state")}", lines);
    }

    private static IEnumerable<ReportLine> Lines(JsonElement job, string section, params string[] members) =>
        members.Where(member => job.At(member) is not null).Select(member => new ReportLine(section, member, job.At(member).Show()));

    private static IEnumerable<ReportLine> Times(JsonElement job)
    {
        foreach (var member in Moments.Where(member => job.At(member) is not null))
        {
            yield return new("Job", member, Column.ShortTime(job.TextOrNull(member)));
        }

        if (job.NumberOrNull("result.durationSeconds") is { } seconds)
        {
            yield return new("Job", "duration", Durations.Show(seconds));
        }
    }

    private static IEnumerable<ReportLine> Counts(JsonElement job, string path, string section) =>
        job.MembersOf(path).Select(member => new ReportLine(section, member.Name, member.Value.GetRawText()));

    private static async Task<IEnumerable<ReportLine>> ReasonsAsync(ApiClient api, string jobId, string state, CancellationToken cancellationToken)
    {
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await foreach (var item in api.ReadAsync(ApiPath.With(ApiPath.Of("jobs", jobId, "items"), ("state", state)), MostReasons, cancellationToken))
        {
            var reason = item.TextOrNull("reason") ?? "unknown";
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }

        var section = reasons.Values.Sum() == MostReasons ? $"Reasons of the first {MostReasons.Grouped()} {state} items" : $"Reasons of {state} items";
        return reasons.OrderByDescending(pair => pair.Value).Select(pair => new ReportLine(section, pair.Key, pair.Value.Grouped()));
    }
}
