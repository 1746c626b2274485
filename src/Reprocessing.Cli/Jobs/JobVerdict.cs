using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>What came of a job, as an exit code and in words. Only what was done whole is a success.</summary>
internal sealed class JobVerdict(Session session)
{
    private const string Drift = "changed_since_plan";
    private const int MostSkips = 1_000;

    public async Task<int> SayAsync(JsonElement job, CancellationToken cancellationToken)
    {
        var jobId = job.Text("jobId");
        switch (job.TextOrNull("state"))
        {
            // A run passes over what is not due: that is its work and no fault.
            case "succeeded" when job.Count("counts.skipped") == 0 || job.TextOrNull("operation") == "reprocess":
                return ExitCode.Ok;
            case "succeeded":
                return await SaySkippedAsync(job, cancellationToken);
            case "completed_with_failures":
                session.Messages.Say($"{job.Count("counts.failed").Of("item")} failed: reprocess jobs items {jobId} --state failed");
                return ExitCode.Partial;
            case "canceled":
                session.Messages.Say($"It was cancelled; {job.Count("counts.pending").Of("item")} not touched.");
                return ExitCode.Partial;
            case "paused":
                session.Messages.Say($"It paused by itself: too many items of a step failed. Look: reprocess jobs items {jobId} --state failed");
                session.Messages.Say($"Then: reprocess jobs resume {jobId}, or reprocess jobs cancel {jobId}");
                return ExitCode.Partial;
            default:
                session.Messages.Fail(
                [
                    $"The job failed{(job.TextOrNull("stateReason") is { } reason ? $": {reason}" : string.Empty)}.",
                    $"What it has not come to is as it was: reprocess jobs items {jobId} --state pending",
                ]);
                return ExitCode.Error;
        }
    }

    private async Task<int> SaySkippedAsync(JsonElement job, CancellationToken cancellationToken)
    {
        var reasons = new Dictionary<string, int>(StringComparer.Ordinal);
        var list = $"{ApiPath.Of("jobs", job.Text("jobId"), "items")}?state=skipped";
        await foreach (var item in session.Api.ReadAsync(list, MostSkips, cancellationToken))
        {
            var reason = item.TextOrNull("reason") ?? "unknown";
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }

        session.Messages.Say($"{job.Count("counts.skipped").Of("item")} skipped: {string.Join(", ", reasons.Select(pair => $"{pair.Key} {pair.Value}"))}");
        return reasons.ContainsKey(Drift) ? ExitCode.Conflict : ExitCode.Partial;
    }
}
