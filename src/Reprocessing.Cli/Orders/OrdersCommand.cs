using Reprocessing.Cli.Exports;
using Reprocessing.Cli.Imports;

namespace Reprocessing.Cli.Orders;

internal static class OrdersCommand
{
    /// <summary>Of the timeline that is shown with an order.</summary>
    private const int MaxEvents = 500;

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "orders",
        "Orders: look at them, bring them in, retry, cancel or dead-letter them.",
        List(scope, "list", "Orders, or those of a status or a filter, by id.", Status("any")),
        Failing(scope, "failures"),
        Show(scope),
        scope.List("timeline", "Everything that happened to an order, oldest first.", "orders", OrderView.TimelineColumns, Id()),
        BulkCommand.Create(scope, DeadLetterVerbs.Retry),
        ChangeOne(scope, "dead-letter", "Move a failed order to the dead-letter queue.", DeadLetterView.Write),
        // Cannot be undone, so it is confirmed.
        ChangeOne(scope, "cancel", "Cancel an order that is not completed, and its dead letter with it.", OrderView.Write, JobOptions.Yes()),
        ImportCommand.Create(scope),
        ImportsCommand.Create(scope),
        scope.Export("All orders in a form that an import reads: JSON lines or, with --output csv, CSV.", "orders", ("status", Status())),
        ExportsCommand.Create(scope, Status()));

    /// <summary>Of the orders and of the failing.</summary>
    public static Command Failing(CommandScope scope, string name) =>
        List(scope, name, "Orders that failed and wait for a restart, those first that are due first.", Status("failing"));

    private static Argument<string> Id() => ListOptions.Id("order-id", "The order.");

    private static Command List(CommandScope scope, string name, string description, Option<string?> status) =>
        scope.List(name, description, "orders", OrderView.Columns, ("status", status), ("filter", FilterOption.OfOrders()));

    /// <summary>The app's settings may know more statuses than this program does; it answers for them.</summary>
    private static Option<string?> Status(string? otherwise = null)
    {
        var status = new Option<string?>("--status") { Description = "Only orders of this status, such as completed or picking_failed.", HelpName = "word" };
        if (otherwise is not null)
        {
            status.DefaultValueFactory = _ => otherwise;
        }

        return status;
    }

    private static Command Show(CommandScope scope)
    {
        var id = Id();
        return scope.Command(
            "show",
            "An order, with its attempts and its timeline.",
            async (session, parsed, cancellationToken) =>
            {
                var orderId = parsed.GetRequiredValue(id);
                var order = await session.Api.GetAsync(ApiPath.Of("orders", orderId), cancellationToken);
                var events = ApiRequest.Get(ApiPath.Of("orders", orderId, "timeline"));
                var timeline = await session.Api.ReadAsync(events, MaxEvents, cancellationToken).ToListAsync(cancellationToken);
                OrderView.Write(order, timeline, session.Results);
                if (timeline.Count == MaxEvents)
                {
                    session.Messages.Warn($"Only the first {MaxEvents} events are shown: reprocess orders timeline {orderId} --limit 0");
                }

                return ExitCode.Ok;
            },
            id);
    }

    /// <param name="yes">For what is confirmed.</param>
    private static Command ChangeOne(
        CommandScope scope, string verb, string description, Action<JsonElement, Results> write, Option<bool>? yes = null)
    {
        var id = Id();
        var audit = new AuditOptions(scope.Host.UserName, needsReason: true);
        return scope.Command(
            verb,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var change = ApiRequest.Post(ApiPath.Of("orders", parsed.GetRequiredValue(id), verb), audit.Body(parsed));
                if (yes is not null && !parsed.GetValue(yes))
                {
                    await session.Messages.ConfirmAsync(
                        "Nothing takes this back. Cancel the order?", word: null, unattended: null, declined: null, cancellationToken);
                }

                return await session.ShowAsync(change, write, cancellationToken);
            },
            [id, .. audit.Symbols, .. yes is null ? (Symbol[])[] : [yes]]);
    }
}

/// <summary>What fails now, before it is dead.</summary>
internal static class FailingCommand
{
    public static IReadOnlyList<BulkVerb> Verbs { get; } =
    [
        new(JobOperation.Restart, "Restart orders that failed, without waiting for their time.", SelectionOptions.OfFailing, () => new RetryOptions()),
        new(JobOperation.DeadLetter, "Move orders that failed to the dead-letter queue.", SelectionOptions.OfFailing),
        new(JobOperation.Cancel, "Cancel orders that failed. Nothing takes this back.", SelectionOptions.OfFailing),
    ];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "failing",
        "Orders that failed and wait for a restart, one by one and in bulk.",
        [
            OrdersCommand.Failing(scope, "list"),
            scope.Command("stats", "How many orders are failing, how, and when they are restarted.", (session, _, cancellationToken) =>
                session.ShowAsync(ApiRequest.Get("/api/statistics/orders"), OrderView.StatisticsFields, cancellationToken)),
            .. Verbs.Select(verb => BulkCommand.Create(scope, verb)),
        ]);
}

internal static class OrderView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("priority"), Column.Of("status"), Column.Of("errorType"), Column.Number("retryCount", "retries"),
        Column.Number("maxRetries"), Column.Time("failedAt"), Column.Time("nextRetryAt"), Column.Of("workflowId"), Column.Of("fingerprint"), Column.Of("reason"),
    ];

    public static IReadOnlyList<Column> StatisticsFields { get; } =
    [
        Column.Number("failingCount"), Column.Number("dueCount"), Column.Number("waitingCount"), Column.Number("permanentCount"), Column.Time("oldestFailedAt"),
        Column.Time("nextDueAt"), Column.Time("asOf"), Column.Counts("byFailureStatus"), Column.Counts("byErrorType"),
    ];

    public static IReadOnlyList<Column> TimelineColumns { get; } =
    [
        Column.Number("sequence"), Column.Time("at"), Column.Of("kind"), Column.Of("status"), Column.Of("stage"), Column.Of("actor"), Column.Of("runId"),
        Column.Of("workflowId"), Column.Of("detail"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("status"), Column.Number("retryCount"), Column.Number("maxRetries"), Column.Of("workflowId"), Column.Of("checkpoint"),
        Column.Of("failure.status", "failure"), Column.Of("failure.errorType"), Column.Of("failure.reason"), Column.Time("failure.failedAt"),
        Column.Time("nextRetryAt"), Column.Number("deadLetterCount"), Column.Of("snapshot.priority"), Column.Time("snapshot.promisedDeliveryAt"),
        Column.Number("snapshot.itemCount"), Column.Time("createdAt"), Column.Time("updatedAt"), Column.Number("version"),
    ];

    public static void Write(JsonElement order, Results results) => results.One(order, Fields);

    /// <summary>With its timeline; a single object to a program.</summary>
    public static void Write(JsonElement order, IReadOnlyList<JsonElement> timeline, Results results)
    {
        if (!results.IsTable)
        {
            var whole = JsonObject.Create(order)!;
            whole["timeline"] = new JsonArray([.. timeline.Select(JsonNode? (entry) => JsonObject.Create(entry))]);
            results.One(JsonSerializer.SerializeToElement(whole), Fields);
            return;
        }

        Write(order, results);
        DeadLetterView.Section(order, "attempts", DeadLetterView.Attempts, "Attempts", results);
        results.Heading("Timeline");
        results.List(TimelineColumns, timeline);
    }
}
