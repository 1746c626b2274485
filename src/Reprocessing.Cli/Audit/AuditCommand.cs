namespace Reprocessing.Cli.Audit;

internal static class AuditCommand
{
    private static readonly IReadOnlyList<Column> Columns =
        [Column.Time("at"), Column.Of("actor"), Column.Of("action"), Column.Of("target"), Column.Of("reason"), Column.Of("detail")];

    public static Command Create(CommandScope scope)
    {
        var actor = new Option<string?>("--actor") { Description = "Only what this one did.", HelpName = "name" };
        var action = new Option<string?>("--action") { Description = "Only this action, as job.paused.", HelpName = "name" };
        var target = new Option<string?>("--target") { Description = "Only what was done to the job, plan, order or group of this id.", HelpName = "id" };
        var from = new Option<string?>("--from") { Description = "Not before, as 2026-03-01 or 2026-03-01T12:00:00Z.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Earlier than this.", HelpName = "time" };
        var limit = ListOptions.Limit();
        return scope.Command(
            "audit",
            "Who did what, when and why, newest first.",
            (session, parsed, cancellationToken) =>
            {
                var list = ApiPath.With(
                    "/api/audit-events",
                    ("actor", parsed.GetValue(actor)),
                    ("action", parsed.GetValue(action)),
                    ("target", parsed.GetValue(target)),
                    ("from", parsed.GetValue(from)),
                    ("to", parsed.GetValue(to)));
                return session.ListAsync(Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            actor, action, target, from, to, limit);
    }
}
