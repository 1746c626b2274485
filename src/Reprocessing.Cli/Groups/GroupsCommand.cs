using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Cli.Groups;

internal static class GroupsCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("fingerprint"), Column.Of("state"), Column.Number("failingCount", "failing"), Column.Number("openCount", "open"), Column.Number("count"), Column.Of("errorType"),
        Column.Of("failureStatus"), Column.Time("firstSeen"), Column.Time("lastSeen"), Column.Of("sampleReason"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        .. Columns, Column.Number("resolvedCount"), Column.Of("sampleOrderId"), Column.Time("resolvedAt"), Column.Of("note"), Column.Of("archivedBy"),
        Column.Time("archivedAt"), Column.Of("verdict"), Column.Of("retries"), Column.Of("recent"),
    ];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "groups",
        "Kinds of failure, by fingerprint.",
        List(scope, "list"),
        scope.Show("One kind of failure, with what came of its last bulk retries, and its course in the last 24 hours.", Id(), "failure-groups", Fields),
        Edit(scope, "archive", "Put a kind of failure aside, whatever comes.", "archived"),
        Edit(scope, "reopen", "Take a kind of failure up again.", "open"));

    public static Command List(CommandScope scope, string name) => scope.List(
        name,
        "Kinds of failure, those with the most failing orders and open entries first.",
        "failure-groups",
        Columns,
        ("state", ListOptions.Word("--state", "Only groups in this state.", EnumNames.All<FailureGroupState>())));

    private static Argument<string> Id() => ListOptions.Id("fingerprint", "The group.");

    private static Command Edit(CommandScope scope, string name, string description, string state)
    {
        var id = Id();
        var note = new Option<string?>("--note") { Description = "Why." };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        return scope.Command(
            name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["state"] = state, ["requestedBy"] = audit.RequestedBy(parsed) }.With("note", parsed.GetValue(note));
                var edit = ApiRequest.Patch(ApiPath.Of("failure-groups", parsed.GetRequiredValue(id)), body);
                return session.ShowAsync(edit, Fields, cancellationToken);
            },
            id, note, audit.RequestedByOption);
    }
}
