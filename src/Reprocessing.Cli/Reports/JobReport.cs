namespace Reprocessing.Cli.Reports;

/// <summary>A job, its results and its outcomes.</summary>
internal static class JobReport
{
    private static readonly string[] Timestamps = ["createdAt", "startedAt", "endedAt"];

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
            .. job.ItemsOf("result.timeline").Select(Happened),
            .. Lines(job, "Left", "result.leftovers.pending", "result.leftovers.failed", "result.leftovers.command"),
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

    private static IEnumerable<ReportLine> Lines(JsonElement job, string section, params string[] members) =>
        members.Where(member => job.At(member) is not null)
            .Select(member => new ReportLine(section, member[(member.LastIndexOf('.') + 1)..], job.At(member).Show()));

    private static ReportLine Happened(JsonElement told) => new("Timeline", Column.ShortTime(told.TextOrNull("at")), string.Join(
        "; ", new[] { $"{told.Text("action")} by {told.Text("actor")}", told.TextOrNull("reason"), told.TextOrNull("detail") }.OfType<string>()));

    private static IEnumerable<ReportLine> Times(JsonElement job)
    {
        foreach (var member in Timestamps.Where(member => job.At(member) is not null))
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
        var reasons = await JobVerdict.ReasonsAsync(api, jobId, state, cancellationToken);
        var section = reasons.Values.Sum() == JobVerdict.MaxReasons
            ? $"Reasons of the first {JobVerdict.MaxReasons.Grouped()} {state} items"
            : $"Reasons of {state} items";
        return reasons.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ReportLine(section, pair.Key, pair.Value.Grouped()));
    }
}
