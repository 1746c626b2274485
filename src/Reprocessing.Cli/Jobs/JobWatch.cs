using System.Globalization;
using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Jobs;

/// <summary>Waits for a job or run to end, shows how far it is, and says by an exit code what came of it.</summary>
internal sealed class JobWatch(Session session)
{
    public async Task<int> WaitAsync(string jobId, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var texts = new VigilTexts(
            $"Stopped watching. The job {jobId} goes on by itself.",
            $"The job {jobId} has not ended in time, and goes on by itself.",
            $"  look again:  reprocess jobs watch {jobId}",
            $"  hold it:     reprocess jobs pause {jobId}",
            $"  end it:      reprocess jobs cancel {jobId}");
        try
        {
            return await new Vigil(session, timeout).RunAsync(
                texts,
                () => session.Api.GetAsync(ApiPath.Of("jobs", jobId), cancellationToken),
                (Frame, job => NeedsSomebody(job) || HasEnded(job)),
                job =>
                {
                    JobView.Write(job, session.Results);
                    return new JobVerdict(session).SayAsync(job, cancellationToken);
                },
                cancellationToken);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            var later = $"The job {jobId} is kept by the app and goes on when that does: reprocess jobs watch {jobId}";
            throw new CommandException(e.ExitCode, [.. e.Lines, later]);
        }
    }

    private static bool HasEnded(JsonElement job) => StableNames.TryParse<JobState>(job.TextOrNull("state"), out var state) && state.HasEnded();

    /// <summary>It paused by itself, and would stay so for ever.</summary>
    private static bool NeedsSomebody(JsonElement job) => job.TextOrNull("state") == "paused" && job.TextOrNull("stateReason") == "ramp_threshold";

    private static ProgressFrame Frame(JsonElement job)
    {
        var total = job.NumberOrNull("progress.total") ?? job.NumberOrNull("totalItems");
        var processed = job.NumberOrNull("progress.processed") ?? job.Count("counts.found");
        var percent = HasEnded(job) && total is > 0 ? 100 * processed / total : job.NumberOrNull("progress.percent");
        List<string?> detail =
        [
            total is { } all ? $"{processed.Grouped()} of {all.Grouped()}" : processed.Grouped(),
            job.NumberOrNull("progress.ratePerSecond") is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}/s") : null,
            job.NumberOrNull("progress.etaSeconds") is { } seconds ? $"{Durations.Show(seconds)} left" : null,
            Some(job, "counts.failed", "failed"),
            Some(job, "counts.skipped", "skipped"),
            Some(job, "counts.deadLettered", "dead-lettered"),
            job.NumberOrNull("progress.rampStep") is { } step ? $"ramp step {step}" : null,
            job.TextOrNull("progress.circuit") is { } circuit and not "closed" ? $"circuit {circuit}" : null,
        ];
        var state = job.Text("state") + (job.TextOrNull("stateReason") is { } reason ? $" ({reason})" : string.Empty);
        return new(job.Text("jobId"), state, percent, string.Join(", ", detail.OfType<string>()));
    }

    private static string? Some(JsonElement job, string path, string what) => job.Count(path) is > 0 and var count ? $"{count.Grouped()} {what}" : null;
}
