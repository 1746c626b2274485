namespace Reprocessing.Cli.Jobs;

/// <summary>Waits for a job or run, shows its progress, explains its result and returns an exit code for it.</summary>
internal sealed class JobWatch(Session session)
{
    /// <summary>How many items of a state are read for their reasons.</summary>
    public const int MaxReasons = 1_000;

    public async Task<int> WaitAsync(string jobId, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await new CompletionWait(session, ApiPath.Of("jobs", jobId), Frame, job => NeedsSomebody(job) || HasEnded(job), timeout).RunAsync(
                new(
                    $"Stopped watching. The job {jobId} goes on by itself.",
                    $"The job {jobId} has not ended in time, and goes on by itself.",
                    $"  look again:  reprocess jobs watch {jobId}",
                    $"  hold it:     reprocess jobs pause {jobId}",
                    $"  end it:      reprocess jobs cancel {jobId}"),
                job =>
                {
                    session.Results.One(job, JobView.Fields);
                    return SayAsync(job, cancellationToken);
                },
                cancellationToken);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            var later = $"The job {jobId} is kept by the app and goes on when that does: reprocess jobs watch {jobId}";
            throw new CommandException(e.ExitCode, [.. e.Lines, later]);
        }
    }

    public static ValueTask<Dictionary<string, int>> ReasonsAsync(ApiClient api, string jobId, string state, CancellationToken cancellationToken) =>
        api.ReadAsync(ApiRequest.Ask(ApiPath.Of("jobs", jobId, "items"), ("state", state)), MaxReasons, cancellationToken)
            .CountBy(item => item.TextOrNull("reason") ?? "unknown")
            .ToDictionaryAsync(cancellationToken: cancellationToken);

    private static bool HasEnded(JsonElement job) => EnumNames.TryParse<JobState>(job.TextOrNull("state"), out var state) && state.HasEnded();

    /// <summary>It paused itself and would never go on.</summary>
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
            Some(job, "counts.started", "started"),
            Some(job, "counts.failed", "failed"),
            Some(job, "counts.skipped", "skipped"),
            Some(job, "counts.deadLettered", "dead-lettered"),
            job.NumberOrNull("progress.rampStep") is { } step ? $"ramp step {step}" : null,
            job.TextOrNull("progress.circuit") is { } circuit and not "closed" ? $"circuit {circuit}" : null,
            job.At("progress.waitsFor") is { } wait ? Waits(wait) : null,
        ];
        var state = job.Text("state") + (job.TextOrNull("stateReason") is { } reason ? $" ({reason})" : string.Empty);
        return new(job.Text("jobId"), state, percent, string.Join(", ", detail.OfType<string>()));
    }

    private static string Waits(JsonElement wait)
    {
        var others = wait.Count("others") is > 0 and var count ? $" and {count.Of("other")}" : string.Empty;
        var what = (wait.TextOrNull("item"), wait.TextOrNull("for")) switch
        {
            (null, _) => "waits for the circuit breaker's next trial",
            (var item, "next_attempt") => $"waits to start {item} again{others}, attempt {wait.Count("attempt")} of {wait.Count("maxAttempts")}",
            (var item, _) => $"waits for {item}{others}, attempt {wait.Count("attempt")} of {wait.Count("maxAttempts")}",
        };
        return $"{what}, until {Column.ShortTime(wait.TextOrNull("until"))}";
    }

    private static string? Some(JsonElement job, string path, string what) => job.Count(path) is > 0 and var count ? $"{count.Grouped()} {what}" : null;

    /// <summary>Only a complete job is a success.</summary>
    private async Task<int> SayAsync(JsonElement job, CancellationToken cancellationToken)
    {
        var jobId = job.Text("jobId");
        switch (job.TextOrNull("state"))
        {
            case "succeeded":
                if (job.Count("counts.started") is > 0 and var started)
                {
                    session.Messages.Say($"{started.Of("item")} started, and not waited for; what becomes of them: reprocess jobs show {jobId}");
                }

                return ExitCode.Ok;
            case "completed_with_skips":
                return await SaySkippedAsync(job, cancellationToken);
            case "completed_with_failures":
                session.Messages.Say($"{job.Count("counts.failed").Of("item")} failed: reprocess jobs items {jobId} --state failed");
                SayLeft(job);
                return ExitCode.Partial;
            case "canceled":
                session.Messages.Say($"It was cancelled; {job.Count("counts.pending").Of("item")} not touched.");
                SayLeft(job);
                return ExitCode.Partial;
            case "paused":
                session.Messages.Say(
                    $"It paused by itself: too many items of a step failed. Look: reprocess jobs items {jobId} --state failed",
                    $"Then: reprocess jobs resume {jobId}, or reprocess jobs cancel {jobId}");
                return ExitCode.Partial;
            default:
                session.Messages.Fail(
                [
                    $"The job failed{(job.TextOrNull("stateReason") is { } reason ? $": {reason}" : string.Empty)}.",
                    $"What it has not come to is as it was: reprocess jobs items {jobId} --state pending",
                ]);
                SayLeft(job);
                return ExitCode.Error;
        }
    }

    private void SayLeft(JsonElement job)
    {
        if (job.TextOrNull("result.leftovers.command") is { } command)
        {
            session.Messages.Say($"To take up what is left: {command}");
        }
    }

    private async Task<int> SaySkippedAsync(JsonElement job, CancellationToken cancellationToken)
    {
        var reasons = await ReasonsAsync(session.Api, job.Text("jobId"), "skipped", cancellationToken);
        var isAll = job.Count("counts.skipped") == job.Count("counts.found");
        session.Messages.Say($"{(isAll ? "Nothing was done: " : string.Empty)}{job.Count("counts.skipped").Of("item")} skipped: {string.Join(", ", reasons.Select(pair => $"{pair.Key} {pair.Value}"))}");
        return reasons.ContainsKey(ItemReasons.ChangedSincePlan) ? ExitCode.Conflict : ExitCode.Partial;
    }
}
