using System.Text.Json;
using System.Text.Json.Nodes;
using Reprocessing.Cli.DeadLetters;
using Reprocessing.Cli.Output;

namespace Reprocessing.Cli.Orders;

/// <summary>Orders as people look at them.</summary>
internal static class OrderView
{
    /// <summary>Of the list, which has orders as an import reads them.</summary>
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("orderId"), Column.Of("customerId"), Column.Of("priority"), Column.Of("failureStatus"), Column.Time("failedAt"), Column.Of("workflowId"),
        Column.CountOf("items", "lines"), Column.Of("reason"),
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

    /// <summary>An order with everything that happened to it; one object to a program.</summary>
    public static void Write(JsonElement order, IReadOnlyList<JsonElement> timeline, Results results)
    {
        if (!results.IsTable)
        {
            var whole = JsonObject.Create(order)!;
            whole["timeline"] = new JsonArray([.. timeline.Select(JsonNode? (told) => JsonObject.Create(told))]);
            results.One(JsonSerializer.SerializeToElement(whole), Fields);
            return;
        }

        Write(order, results);
        DeadLetterView.Section(order, "attempts", DeadLetterView.Attempts, "Attempts", results);
        results.Heading("Timeline");
        results.List(TimelineColumns, timeline);
    }
}
