namespace Reprocessing.Cli.Audit;

internal static class AuditCommand
{
    private static readonly IReadOnlyList<Column> Columns =
        [Column.Time("at"), Column.Of("actor"), Column.Of("action"), Column.Of("target"), Column.Of("reason"), Column.Of("detail")];

    public static Command Create(CommandScope scope) => scope.List(
        "audit",
        "Who did what, when and why, newest first.",
        "audit-events",
        Columns,
        Only("actor", "Only what this one did.", "name"),
        Only("action", "Only this action, as job.paused.", "name"),
        Only("target", "Only what was done to the job, plan, order or group of this id.", "id"),
        Only("from", "Not before, as 2026-03-01 or 2026-03-01T12:00:00Z.", "time"),
        Only("to", "Earlier than this.", "time"));

    private static (string Parameter, Option<string?> Option) Only(string parameter, string description, string value) =>
        (parameter, new($"--{parameter}") { Description = description, HelpName = value });
}
