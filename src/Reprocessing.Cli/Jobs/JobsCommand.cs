namespace Reprocessing.Cli.Jobs;

/// <summary><c>reprocess jobs</c>; runs are jobs too.</summary>
internal static class JobsCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "jobs",
        "Everything that is done to many orders at once; runs are among them.",
        scope.List(
            "list",
            "Jobs and runs, newest first.",
            "jobs",
            JobView.Columns,
            ("state", ListOptions.Word("--state", "Only jobs in this state.", EnumNames.All<JobState>())),
            ("operation", ListOptions.Word("--operation", "Only jobs that do this; reprocess are the runs.", EnumNames.All<JobOperation>()))),
        scope.Show("A job, with its progress while it is at work.", Id(), "jobs", JobView.Fields),
        Items(scope),
        scope.Watch(
            "Follow a job to its end. Ctrl-C stops the watching, not the job.",
            Id(),
            (session, id, timeout, cancellationToken) => new JobWatch(session).WaitAsync(id, timeout, cancellationToken)),
        Control(scope, "pause", "Stop a job before its next items; what is under way is finished."),
        Control(scope, "resume", "Let a paused job go on."),
        Control(scope, "cancel", "End a job before its next items; what it has not touched stays as it is."),
        SetRate(scope));

    /// <summary>Of a job or a run.</summary>
    public static Command Items(CommandScope scope)
    {
        var state = ListOptions.Word("--state", "Only items in this state.", EnumNames.All<ItemState>());
        var command = scope.List(
            "items",
            "What became of each item: of a job by id, of a run in the order in which it took them.",
            "jobs",
            JobView.ItemColumns,
            Id(),
            ("state", state));
        command.Aliases.Add("results");
        return command;
    }

    private static Argument<string> Id() => ListOptions.Id("job-id", "The job, or a run.");

    private static Command Control(CommandScope scope, string verb, string description) => scope.Post(
        verb, description, "jobs", JobView.Fields, Id(), "Asked for; effective within two seconds or a hundred items.");

    private static Command SetRate(CommandScope scope)
    {
        var id = Id();
        var rate = new Argument<double?>("rate") { Description = "Items a second; 0 is as fast as it goes.", Arity = ArgumentArity.ZeroOrOne };
        var parallel = new Option<int?>("--parallel") { Description = "Chunks, or orders, at work at once.", HelpName = "n" };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        var command = scope.Command(
            "set-rate",
            "Change how fast a job goes while it runs.",
            (session, parsed, cancellationToken) =>
            {
                var (itemsPerSecond, parallelism) = (parsed.GetValue(rate), parsed.GetValue(parallel));
                if (itemsPerSecond is null && parallelism is null)
                {
                    throw new CommandException(ExitCode.Usage, "Say a rate, --parallel, or both.");
                }

                var body = audit.Body(parsed).With("itemsPerSecond", itemsPerSecond).With("parallelism", parallelism);
                var change = ApiRequest.Patch(ApiPath.Of("jobs", parsed.GetRequiredValue(id), "pace"), body);
                return session.ShowAsync(change, JobView.Fields, cancellationToken);
            },
            [id, rate, parallel, .. audit.Symbols]);
        command.Aliases.Add("pace");
        return command;
    }
}

internal static class JobView
{
    public static Column Duration { get; } = new("duration", Seconds, Seconds);

    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("jobId"), Column.Of("operation"), Column.Of("state"), Column.Number("totalItems", "total"), Column.Number("counts.started"),
        Column.Number("counts.succeeded"), Column.Number("counts.failed"), Column.Number("counts.skipped"), Column.Number("counts.deadLettered"), Column.Number("counts.pending"),
        Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("endedAt"), Column.Of("stateReason"), Column.Of("reason"),
    ];

    public static IReadOnlyList<Column> ItemColumns { get; } =
    [
        Column.Of("id"), Column.Of("state"), Column.Of("reason"), Column.Of("outcome"), Column.Number("attempts"), Column.Of("group"),
        Column.Of("workflowId"), Column.Time("updatedAt"), Column.Of("message"),
    ];

    public static IReadOnlyList<Column> Fields { get; } =
    [
        Column.Of("jobId"), Column.Of("operation"), Column.Of("state"), Column.Of("stateReason"), Column.Of("demand"), Column.Of("reason"),
        Column.Of("requestedBy"), Column.Of("selection"), Column.Of("planId"), Column.Time("createdAt"), Column.Time("startedAt"), Column.Time("endedAt"),
        Column.Number("pace.parallelism"), Column.Number("pace.itemsPerSecond"), Column.Of("ramp"), Column.Of("waitForOutcome"),
        Column.Number("totalItems"), Column.Number("counts.started"), Column.Number("counts.succeeded"), Column.Number("counts.failed"), Column.Number("counts.skipped"),
        Column.Number("counts.deadLettered"), Column.Number("counts.pending"), Column.Counts("outcomes"), Column.Counts("result.errorPatterns"),
        Duration, Column.Number("progress.percent"), Column.Number("progress.ratePerSecond"),
        Column.Of("progress.circuit"), Column.Of("result.leftovers.command", "leftovers"),
    ];

    private static string Seconds(JsonElement job) => job.NumberOrNull("result.durationSeconds") is { } seconds ? Durations.Show(seconds) : string.Empty;
}
