namespace Reprocessing.Cli.Jobs;

/// <summary>A bulk operation: plan, show, confirm, apply, wait.</summary>
internal sealed class PlanApplication(Session session)
{
    public async Task<int> RunAsync(PlanRequest asked, JobRequest request, CancellationToken cancellationToken) =>
        await ApplyAsync(await PlanAsync(asked, request.IdempotencyKey, cancellationToken), request, cancellationToken);

    /// <param name="key">Makes a repeated call return the same plan, and so the same job. Null creates one.</param>
    public async Task<JsonElement> PlanAsync(PlanRequest asked, string? key, CancellationToken cancellationToken)
    {
        var request = ApiRequest.Post("/api/plans", asked.ToJson()) with { IdempotencyKey = key ?? session.Host.NewKey() };
        return await PreparedAsync(await session.Api.SendAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>The plan when its items are selected: the app does that in the background for a large one, and goes on when nobody waits.</summary>
    private async Task<JsonElement> PreparedAsync(JsonElement plan, CancellationToken cancellationToken)
    {
        if (!IsPreparing(plan))
        {
            return plan;
        }

        var planId = plan.Text("planId");
        session.Messages.Say($"The plan is being prepared. To come back to it: reprocess plan show {planId}");
        var prepared = await IProgressDisplay.Of(session).RunAsync(show => new Poller(session, timeout: null).RunAsync(
            () => session.Api.GetAsync(ApiPath.Of("plans", planId), cancellationToken),
            seen =>
            {
                show(new($"Plan {planId}", seen.TextOrNull("state") ?? string.Empty, null, $"{seen.Count("preparation.selected").Of("item")} selected"));
                return !IsPreparing(seen);
            },
            cancellationToken));
        return prepared.TextOrNull("state") == "failed"
            ? throw new CommandException(ExitCode.Error, "The plan could not be prepared.", prepared.TextOrNull("preparation.failure") ?? string.Empty)
            : prepared;
    }

    private static bool IsPreparing(JsonElement plan) => plan.TextOrNull("state") == "preparing";

    public async Task<int> ApplyAsync(JsonElement plan, JobRequest request, CancellationToken cancellationToken)
    {
        plan = PlanView.WithEstimate(await PreparedAsync(plan, cancellationToken), request);
        SayWhatHasNoEffect(plan, request);
        if (request.IsDryRun)
        {
            PlanView.Write(plan, session.Results);
            session.Messages.Say(plan.Count("count") == 0
                ? Nothing(plan)
                : $"Nothing was changed. To do exactly this: reprocess apply {plan.Text("planId")} --reason ...");
            return plan.Count("count") == 0 ? ExitCode.NothingMatched : ExitCode.Ok;
        }

        session.Messages.Say(PlanView.Summary(plan));
        if (plan.Count("count") == 0 && plan.TextOrNull("state") == "ready")
        {
            throw new CommandException(ExitCode.NothingMatched, Nothing(plan));
        }

        if (plan.TextOrNull("state") == "ready")
        {
            // The app refuses a plan that was applied or has expired; nobody needs to be asked first.
            await Confirmation.NeedAsync(plan, request, session, cancellationToken);
        }

        var jobId = await StartAsync(plan, request, cancellationToken);
        return request.Waits
            ? await new JobWatch(session).WaitAsync(jobId, request.Timeout, cancellationToken)
            : await ShowAsync(jobId, cancellationToken);
    }

    private void SayWhatHasNoEffect(JsonElement plan, JobRequest request)
    {
        if (WaitingOptions.WithoutEffect(name => plan.At($"options.{name}") is not null, PlanView.WaitsForOutcome(plan, request), request.Ramp).Count > 0)
        {
            session.Messages.Warn("With --wait-for-outcome false and without --ramp, --max-retries, --strategy and --timeout-per-item have no effect.");
        }
    }

    private static string Nothing(JsonElement plan) => plan.Count("ineligibleCount") == 0
        ? "Nothing matches."
        : $"{plan.Count("ineligibleCount").Of("item")} matched, and none can be worked on: {PlanView.LeftOut(plan)}.";

    private async Task<string> StartAsync(JsonElement plan, JobRequest request, CancellationToken cancellationToken)
    {
        var planId = plan.Text("planId");
        var start = ApiRequest.Post("/api/jobs", request.ToJson(planId, PlanView.CannotBeUndone(plan) ? plan.Count("count") : null)) with
        {
            IdempotencyKey = request.IdempotencyKey ?? session.Host.NewKey(),
        };
        try
        {
            return (await session.Api.SendAsync(start, cancellationToken)).Text("jobId");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Messages.Say($"Stopped while the job was being started; whether it was: reprocess plan show {planId}");
            throw;
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            // A plan is applied only once, so trying again starts no second job.
            throw new CommandException(e.ExitCode, [.. e.Lines, $"Whether the job was started: reprocess plan show {planId}"]);
        }
    }

    private async Task<int> ShowAsync(string jobId, CancellationToken cancellationToken)
    {
        // Printed first, so that the id is known even if the next request fails.
        session.Messages.Say($"Started. Watch, pause or stop it: reprocess jobs watch|pause|cancel {jobId}");
        return await session.ShowAsync(JobView.Fields, ApiRequest.Get(ApiPath.Of("jobs", jobId)), cancellationToken);
    }
}

/// <summary>Asks before a plan is applied; if that cannot be undone, for the number of items.</summary>
internal static class Confirmation
{
    public static async Task NeedAsync(JsonElement plan, JobRequest request, Session session, CancellationToken cancellationToken)
    {
        if (request.IsConfirmed)
        {
            return;
        }

        var planId = plan.Text("planId");
        if (!session.Host.CanAsk)
        {
            throw new CommandException(
                ExitCode.Refused,
                "Nothing was done: --yes is needed where nobody can be asked.",
                $"To do exactly this: reprocess apply {planId} --yes --reason ...");
        }

        if (!await IsGivenAsync(plan, session.Messages, cancellationToken))
        {
            throw new CommandException(
                ExitCode.Refused,
                "Nothing was done.",
                $"The plan can be applied until {Output.Column.ShortTime(plan.TextOrNull("expiresAt"))}: reprocess apply {planId}");
        }
    }

    private static async Task<bool> IsGivenAsync(JsonElement plan, Messages messages, CancellationToken cancellationToken)
    {
        var (operation, count) = (plan.Text("operation"), plan.Count("count"));
        if (!PlanView.CannotBeUndone(plan))
        {
            return await messages.AgreesAsync($"{Capital(operation)} {count.Of("item")}?", cancellationToken);
        }

        var number = count.ToString(CultureInfo.InvariantCulture);
        return await messages.AskAsync($"Nothing takes this back. Type {number} to {operation} {count.Of("item")}:", cancellationToken) == number;
    }

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
