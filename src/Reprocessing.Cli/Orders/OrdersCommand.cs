using Reprocessing.Cli.Imports;

namespace Reprocessing.Cli.Orders;

internal static class OrdersCommand
{
    /// <summary>Of the timeline that is shown with an order.</summary>
    private const int MaxEvents = 500;

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "orders",
        "Orders: look at them, bring them in, retry, cancel or dead-letter them.",
        OrderLists.List(scope),
        OrderLists.Failed(scope, "failures"),
        Show(scope),
        scope.Part(new("orders", "timeline", OrderView.TimelineColumns), "Everything that happened to an order, oldest first.", Id()),
        BulkCommand.Create(scope, DeadLetterVerbs.Retry),
        OrderActions.DeadLetter(scope),
        OrderActions.Cancel(scope),
        ImportCommand.Create(scope),
        ImportsCommand.Create(scope),
        OrderLists.Export(scope));

    private static Argument<string> Id() => ListOptions.Id("order-id", "The order.");

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
                List<JsonElement> timeline = [];
                await foreach (var entry in session.Api.ReadAsync(ApiRequest.Get(ApiPath.Of("orders", orderId, "timeline")), MaxEvents, cancellationToken))
                {
                    timeline.Add(entry);
                }

                OrderView.Write(order, timeline, session.Results);
                if (timeline.Count == MaxEvents)
                {
                    session.Messages.Warn($"Only the first {MaxEvents} events are shown: reprocess orders timeline {orderId} --limit 0");
                }

                return ExitCode.Ok;
            },
            id);
    }
}

/// <summary>What fails now, before it is dead.</summary>
internal static class FailingCommand
{
    public static IReadOnlyList<BulkVerb> Verbs { get; } =
    [
        new(JobOperation.Restart, "Restart orders that failed, without waiting for their time.", SelectionOptions.OfFailing, () => new RetryOptions()),
        new(JobOperation.DeadLetter, "Move orders that failed to the dead-letter queue.", SelectionOptions.OfFailing, () => new NoOptions()),
        new(JobOperation.Cancel, "Cancel orders that failed. Nothing takes this back.", SelectionOptions.OfFailing, () => new NoOptions()),
    ];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "failing",
        "Orders that failed and wait for a restart, one by one and in bulk.",
        [
            OrderLists.Failed(scope, "list"),
            scope.Command("stats", "How many orders are failing, how, and when they are restarted.", (session, _, cancellationToken) =>
                session.ShowAsync(OrderView.StatisticsFields, ApiRequest.Get("/api/statistics/orders"), cancellationToken)),
            .. Verbs.Select(verb => BulkCommand.Create(scope, verb)),
        ]);

    private sealed class NoOptions : IOperationOptions
    {
        public IReadOnlyList<Option> Symbols => [];

        public JsonObject Read(ParseResult parsed) => [];
    }
}

/// <summary>Actions on a single order.</summary>
internal static class OrderActions
{
    /// <summary>Cannot be undone, so it is confirmed.</summary>
    public static Command Cancel(CommandScope scope)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed where nobody can be asked." };
        var command = Create(
            scope,
            "cancel",
            "Cancel an order that is not completed, and its dead letter with it.",
            OrderView.Write,
            (session, parsed, cancellationToken) => parsed.GetValue(yes) ? Task.CompletedTask : ConfirmAsync(session, cancellationToken));
        command.Add(yes);
        return command;
    }

    public static Command DeadLetter(CommandScope scope) =>
        Create(scope, "dead-letter", "Move a failed order to the dead-letter queue.", DeadLetterView.Write, (_, _, _) => Task.CompletedTask);

    private static Command Create(
        CommandScope scope, string verb, string description, Action<JsonElement, Results> write, Func<Session, ParseResult, CancellationToken, Task> check)
    {
        var id = ListOptions.Id("order-id", "The order.");
        var audit = new AuditOptions(scope.Host.UserName, needsReason: true);
        return scope.Command(
            verb,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["reason"] = audit.NeededReason(parsed), ["requestedBy"] = audit.RequestedBy(parsed) };
                await check(session, parsed, cancellationToken);
                var answer = await session.Api.SendAsync(ApiRequest.Post(ApiPath.Of("orders", parsed.GetRequiredValue(id), verb), body), cancellationToken);
                write(answer, session.Results);
                return ExitCode.Ok;
            },
            [id, .. audit.Symbols]);
    }

    private static async Task ConfirmAsync(Session session, CancellationToken cancellationToken)
    {
        if (!session.Host.CanAsk)
        {
            throw new CommandException(ExitCode.Refused, "Nothing was done: --yes is needed where nobody can be asked.");
        }

        if (!await session.Messages.AgreesAsync("Nothing takes this back. Cancel the order?", cancellationToken))
        {
            throw new CommandException(ExitCode.Refused, "Nothing was done.");
        }
    }
}

internal static class OrderView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("priority"), Column.Of("status"), Column.Of("errorType"), Column.Number("retryCount", "retries"),
        Column.Time("failedAt"), Column.Time("nextRetryAt"), Column.Of("workflowId"), Column.Of("fingerprint"), Column.Of("reason"),
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
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("status"), Column.Number("retryCount"), Column.Of("workflowId"), Column.Of("checkpoint"),
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
