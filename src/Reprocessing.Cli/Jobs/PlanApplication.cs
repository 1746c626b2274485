namespace Reprocessing.Cli.Jobs;

/// <summary>A bulk operation: plan, show, confirm, apply, wait.</summary>
internal sealed class PlanApplication(Session session)
{
    public async Task<int> RunAsync(JsonObject plan, JobRequest request, CancellationToken cancellationToken) =>
        await ApplyAsync(await PlanAsync(plan, request.IdempotencyKey, cancellationToken), request, cancellationToken);

    /// <param name="key">Makes a repeated call return the same plan, and so the same job. Null creates one.</param>
    public async Task<JsonElement> PlanAsync(JsonObject plan, string? key, CancellationToken cancellationToken)
    {
        var request = ApiRequest.Post("/api/plans", plan) with { IdempotencyKey = key ?? session.Host.NewKey() };
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
        var prepared = await new CompletionWait(
            session,
            ApiPath.Of("plans", planId),
            seen => new($"Plan {planId}", seen.Text("state"), null, $"{seen.Count("preparation.selected").Of("item")} selected"),
            seen => !IsPreparing(seen),
            timeout: null).EndAsync(cancellationToken);
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
        if (plan.TextOrNull("state") == "ready")
        {
            // The app refuses a plan that was applied or has expired; nobody needs to be asked first.
            if (plan.Count("count") == 0)
            {
                throw new CommandException(ExitCode.NothingMatched, Nothing(plan));
            }

            if (!request.IsConfirmed)
            {
                await ConfirmAsync(plan, cancellationToken);
            }
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
        return await session.ShowAsync(ApiRequest.Get(ApiPath.Of("jobs", jobId)), JobView.Fields, cancellationToken);
    }

    private Task ConfirmAsync(JsonElement plan, CancellationToken cancellationToken)
    {
        var (planId, operation, items) = (plan.Text("planId"), plan.Text("operation"), plan.Count("count").Of("item"));
        var number = PlanView.CannotBeUndone(plan) ? plan.Count("count").ToString(CultureInfo.InvariantCulture) : null;
        return session.Messages.ConfirmAsync(
            number is null ? $"{char.ToUpperInvariant(operation[0])}{operation[1..]} {items}?" : $"Nothing takes this back. Type {number} to {operation} {items}:",
            number,
            $"To do exactly this: reprocess apply {planId} --yes --reason ...",
            $"The plan can be applied until {Column.ShortTime(plan.TextOrNull("expiresAt"))}: reprocess apply {planId}",
            cancellationToken);
    }
}
