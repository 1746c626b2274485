using Reprocessing.Domain.Alerts;

namespace Reprocessing.Cli.Alerts;

internal static class AlertsCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("id"), Column.Of("state"), Column.Time("since"), Column.Number("value"), Column.Number("threshold"), Column.Time("evaluatedAt"),
        Column.Of("acknowledgement.by", "acknowledgedBy"), Column.Of("message"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
        [.. Columns, Column.Time("acknowledgement.at", "acknowledgedAt"), Column.Of("acknowledgement.reason", "acknowledgementReason")];

    /// <summary>Without a verb it lists.</summary>
    public static Command Create(CommandScope scope)
    {
        var alerts = List(scope, "alerts");
        alerts.Add(List(scope, "list"));
        alerts.Add(scope.Post(
            "acknowledge",
            "Say that a raised alert is known; it ends when the alert clears.",
            "alerts",
            Fields,
            ListOptions.Id("id", "The alert."),
            needsReason: true));
        return alerts;
    }

    private static Command List(CommandScope scope, string name) => scope.List(
        name,
        "What is wrong now and what was, raised alerts first.",
        "alerts",
        Columns,
        ("state", ListOptions.Word("--state", "Only alerts in this state.", EnumNames.All<AlertStatus>())));
}

internal static class ScheduleCommand
{
    private static readonly IReadOnlyList<Column> Fields =
    [
        Column.Of("expression"), Column.Of("enabled"), Column.Of("paused"), Column.Time("since"), Column.Of("by"), Column.Of("reason"), Column.Of("nextTicks"),
        Column.Of("lastRun.runId", "lastRun"), Column.Of("lastRun.state", "lastRunState"), Column.Time("lastSkippedTick.at", "lastSkippedTick"),
        Column.Of("lastSkippedTick.reason", "skippedBecause"),
    ];

    /// <summary>Without a verb it shows.</summary>
    public static Command Create(CommandScope scope)
    {
        var schedule = Show(scope, "schedule");
        schedule.Add(Show(scope, "show"));
        schedule.Add(Post(scope, "pause", "Ticks start no run until the schedule is resumed; a run can still be started by hand."));
        schedule.Add(Post(scope, "resume", "The next tick starts a run again."));
        return schedule;
    }

    private static Command Show(CommandScope scope, string name) => scope.Command(
        name,
        "When runs begin by themselves, whether they do, and the last one.",
        (session, _, cancellationToken) => session.ShowAsync(ApiRequest.Get("/api/schedule"), Fields, cancellationToken));

    private static Command Post(CommandScope scope, string name, string description) =>
        scope.Post(name, description, "schedule", Fields, id: null, needsReason: true);
}
