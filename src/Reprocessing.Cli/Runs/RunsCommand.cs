namespace Reprocessing.Cli.Runs;

internal static class RunsCommand
{
    private const string Collection = "reprocessing/runs";

    private static readonly IReadOnlyList<Column> StartedFields = [Column.Of("instanceId"), Column.Of("state")];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "runs",
        "Runs: find due orders, restart them or dead-letter them. The schedule starts them, or you.",
        Start(scope),
        scope.List("list", "Runs, newest first.", Collection, RunView.Columns),
        scope.Show("A run, with its progress while it is running.", ListOptions.Id("run-id", "The run."), Collection, RunView.Fields),
        JobsCommand.Items(scope));

    private static Command Start(CommandScope scope)
    {
        var most = new Option<int?>("--max-orders") { Description = "Orders that it may find. Default: the app's batch size.", HelpName = "n" };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        var wait = new WaitOptions();
        return scope.Command(
            "start",
            "Start a run by hand. There is one at a time.",
            async (session, parsed, cancellationToken) =>
            {
                var timeout = wait.Timeout(parsed);
                var body = new JsonObject { ["requestedBy"] = audit.RequestedBy(parsed) }.With("maxOrders", parsed.GetValue(most));
                var started = await session.Api.SendAsync(ApiRequest.Post($"/api/{Collection}", body), cancellationToken);
                return wait.IsWaiting(parsed)
                    ? await new RunWatch(session).WaitAsync(started.Text("statusQueryGetUri"), timeout, cancellationToken)
                    : ShowStarted(session, started);
            },
            [most, audit.RequestedByOption, .. wait.Symbols]);
    }

    /// <summary>The URLs of the management API are left out, because they may contain its key.</summary>
    private static int ShowStarted(Session session, JsonElement started)
    {
        var shown = new JsonObject { ["instanceId"] = started.Text("id"), ["state"] = "started" };
        session.Results.One(JsonSerializer.SerializeToElement(shown), StartedFields);
        session.Messages.Say("Started. Look: reprocess runs list");
        return ExitCode.Ok;
    }
}

/// <summary>Follows a run by the status query API, because its id is known only once it has begun.</summary>
internal sealed class RunWatch(Session session)
{
    private static readonly string[] Ended = ["Completed", "Failed", "Terminated", "Canceled"];

    /// <param name="statusAddress">Only its path is used. It may contain a key, so it is never printed.</param>
    public Task<int> WaitAsync(string statusAddress, TimeSpan? timeout, CancellationToken cancellationToken) =>
        new CompletionWait(session, PathOf(statusAddress), Frame, status => Ended.Contains(status.TextOrNull("runtimeStatus")), timeout).RunAsync(
            new(
                "Stopped watching. The run goes on by itself: reprocess runs list, then reprocess jobs watch|pause|cancel with its id.",
                "The run has not ended in time, and goes on by itself: reprocess runs list"),
            status => Task.FromResult(Say(status)),
            cancellationToken);

    private static ProgressFrame Frame(JsonElement status)
    {
        List<string?> detail =
        [
            status.NumberOrNull("customStatus.processed") is { } processed ? $"{processed.Grouped()} processed" : null,
            status.NumberOrNull("customStatus.ratePerSecond") is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}/s") : null,
            status.NumberOrNull("customStatus.etaSeconds") is { } seconds ? $"{Durations.Show(seconds)} left" : null,
        ];
        var isOver = status.TextOrNull("runtimeStatus") == "Completed";
        return new(
            "run",
            status.Text("runtimeStatus").ToLowerInvariant(),
            isOver ? 100 : status.NumberOrNull("customStatus.percent"),
            string.Join(", ", detail.OfType<string>()));
    }

    private int Say(JsonElement status)
    {
        if (status.At("output") is not { ValueKind: JsonValueKind.Object } result || status.TextOrNull("runtimeStatus") != "Completed")
        {
            session.Messages.Fail([$"The run ended as {status.Text("runtimeStatus").ToLowerInvariant()}.", status.At("output").Show()]);
            return ExitCode.Error;
        }

        session.Results.One(result, RunView.ResultFields);
        if (status.TextOrNull("customStatus.runId") is { } runId)
        {
            session.Messages.Say($"Run {runId}: reprocess runs show {runId}");
        }

        if (result.Count("errorCount") > 0)
        {
            var failed = $"reprocess runs items {status.TextOrNull("customStatus.runId")} --state failed";
            session.Messages.Say($"{result.Count("errorCount").Of("order")} could not be processed: {failed}");
            return ExitCode.Partial;
        }

        var (found, skipped) = (result.Count("foundCount"), result.Count("skippedCount"));
        if (result.TextOrNull("stopReason") is "canceled" or "deadline" || (found > 0 && skipped == found))
        {
            session.Messages.Say(skipped == found && found > 0 ? $"Nothing was done: {skipped.Of("order")} skipped."
                : $"It stopped before its end: {result.TextOrNull("stopReason")}. The next run goes on.");
            return ExitCode.Partial;
        }

        return ExitCode.Ok;
    }

    /// <summary>Behind a gateway the app's own address differs from the one given to the command, so only the path is used.</summary>
    private string PathOf(string statusAddress)
    {
        var path = Uri.TryCreate(statusAddress, UriKind.Absolute, out var address) ? address.PathAndQuery : statusAddress;
        var before = session.Api.Connection.Url.AbsolutePath.TrimEnd('/');
        return before.Length > 0 && path.StartsWith(before + "/", StringComparison.Ordinal) ? path[before.Length..] : path;
    }
}

internal static class RunView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("runId"), Column.Of("state"), Column.Of("trigger"), Column.Number("foundCount", "found"), Column.Number("restartedCount", "restarted"),
        Column.Number("dlqCount", "deadLettered"), Column.Number("errorCount", "errors"), Column.Number("skippedCount", "skipped"), Column.Of("stopReason"),
        Column.Time("processedAt"), Column.Time("completedAt"),
    ];

    public static IReadOnlyList<Column> Fields { get; } =
    [
        .. Columns, Column.Number("maxOrders"), Column.Number("continuationCount"), Column.Of("timedOut"), Column.Of("error"), Column.Of("alerts"),
        Column.Number("progress.processed"), Column.Number("progress.percent"), Column.Number("progress.ratePerSecond"),
    ];

    /// <summary>Of the orchestration's output.</summary>
    public static IReadOnlyList<Column> ResultFields { get; } = [.. Columns.Skip(3), Column.Number("continuationCount"), Column.Of("timedOut")];
}
