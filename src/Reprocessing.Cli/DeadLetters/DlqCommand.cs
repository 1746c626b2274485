using Reprocessing.Cli.Groups;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Filters;

namespace Reprocessing.Cli.DeadLetters;

internal static class DlqCommand
{
    private static readonly IReadOnlyList<string> Resolutions = [DeadLetterFields.Unresolved, .. EnumNames.All<DeadLetterResolution>(), "any"];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "dlq",
        "The dead-letter queue: orders whose restarts are used up.",
        [
            scope.List(
                "list",
                "Dead letters, newest first.",
                "dead-letters",
                DeadLetterView.Columns,
                ("filter", FilterOption.OfDeadLetters()),
                ("resolution", ResolutionOption())),
            scope.Show("One dead letter, with its attempts and notes.", ListOptions.Id("order-id", "The order."), "dead-letters", DeadLetterView.Write),
            scope.Command("stats", "How many there are, of which kinds, and since when the oldest waits.", (session, _, cancellationToken) =>
                session.ShowAsync(ApiRequest.Get("/api/statistics/dead-letters"), DeadLetterView.StatisticsFields, cancellationToken)),
            History(scope),
            GroupsCommand.List(scope, "groups"),
            Note(scope),
            scope.Export(
                "All dead letters that match, as JSON lines or, with --output csv, as CSV.",
                "dead-letters",
                ("filter", FilterOption.OfDeadLetters()),
                ("resolution", ResolutionOption())),
            .. DeadLetterVerbs.All.Select(verb => BulkCommand.Create(scope, verb)),
        ]);

    private static Command History(CommandScope scope)
    {
        var hours = new Option<int>("--hours") { Description = "How many hours, 1 to 720.", DefaultValueFactory = _ => 24, HelpName = "n" };
        return scope.Command(
            "history",
            "How many orders were failing and how many dead letters there were, hour by hour.",
            (session, parsed, cancellationToken) => session.ShowAsync(
                ApiRequest.Ask("/api/statistics/history", ("hours", parsed.GetValue(hours).ToString(CultureInfo.InvariantCulture))),
                (history, results) => results.List(DeadLetterView.HistoryColumns, history.ItemsOf("points")),
                cancellationToken),
            hours);
    }

    private static Command Note(CommandScope scope)
    {
        var id = ListOptions.Id("order-id", "The order.");
        var text = new Argument<string>("text") { Description = "What is to be kept in mind." };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        return scope.Command(
            "note",
            "Write a note on a dead letter and on its order's timeline.",
            (session, parsed, cancellationToken) =>
            {
                // Not repeatable: a second request would write a second note.
                var body = new JsonObject { ["text"] = parsed.GetRequiredValue(text), ["author"] = audit.RequestedBy(parsed) };
                var note = ApiRequest.Post(ApiPath.Of("dead-letters", parsed.GetRequiredValue(id), "notes"), body);
                return session.ShowAsync(note, DeadLetterView.Write, cancellationToken);
            },
            id, text, audit.RequestedByOption);
    }

    private static Option<string?> ResolutionOption() =>
        ListOptions.Word("--resolution", "How they left the queue; those still in it unless said.", Resolutions);
}

internal static class DeadLetterView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("finalFailureStatus", "failureStatus"), Column.Of("errorType"),
        Column.Number("totalRetryAttempts", "retries"), Column.Number("reopenCount", "reopened"), Column.Time("movedToQueueAt"), Column.Of("resolution"),
        Column.Of("fingerprint"), Column.Of("finalFailureReason", "reason"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        .. Columns, Column.Time("failedAt"), Column.Of("originalWorkflowId"), Column.Of("runId"), Column.Of("movedBy"), Column.Time("resolvedAt"),
        Column.Of("resolvedBy"), Column.Of("orderSnapshot.priority"), Column.Time("orderSnapshot.promisedDeliveryAt"), Column.Number("orderSnapshot.itemCount"),
        Column.Of("orderSnapshot.shippingCity"),
    ];

    private static readonly IReadOnlyList<Column> Notes = [Column.Time("at"), Column.Of("author"), Column.Of("text")];

    public static IReadOnlyList<Column> HistoryColumns { get; } =
        [Column.Time("hour"), Column.Number("failingCount", "failing"), Column.Number("dueCount", "due"), Column.Number("unresolvedCount", "deadLetters"), Column.Time("oldestUnresolved", "oldest")];

    public static IReadOnlyList<Column> StatisticsFields { get; } =
    [
        Column.Number("totalEntries"), Column.Number("unresolvedCount"), Column.Number("resolvedCount"), Column.Number("averageRetries"),
        Column.Time("oldestUnresolved"), Column.Time("asOf"), Column.Counts("byFailureStatus"), Column.Counts("byErrorType"), Column.Counts("byResolution"),
    ];

    /// <summary>Of an order or a dead letter.</summary>
    public static IReadOnlyList<Column> Attempts { get; } =
    [
        Column.Number("generation"), Column.Number("number"), Column.Of("workflowId"), Column.Time("requestedAt"), Column.Time("endedAt"),
        Column.Of("failure.status"), Column.Of("runId"), Column.Of("failure.reason"),
    ];

    public static void Write(JsonElement letter, Results results)
    {
        results.One(letter, Fields);
        Section(letter, "retryHistory", Attempts, "Attempts", results);
        Section(letter, "notes", Notes, "Notes", results);
    }

    public static void Section(JsonElement item, string path, IReadOnlyList<Column> columns, string heading, Results results)
    {
        if (results.IsTable && item.ItemsOf(path).Any())
        {
            results.Heading(heading);
            results.List(columns, item.ItemsOf(path));
        }
    }
}
