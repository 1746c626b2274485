using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;

namespace Reprocessing.Cli.DeadLetters;

/// <summary>Dead letters as people look at them.</summary>
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

    private static readonly IReadOnlyList<Column> StatisticsFields =
    [
        Column.Number("totalEntries"), Column.Number("unresolvedCount"), Column.Number("resolvedCount"), Column.Number("averageRetries"),
        Column.Time("oldestUnresolved"), Column.Time("asOf"), Column.Counts("byFailureStatus"), Column.Counts("byErrorType"), Column.Counts("byResolution"),
    ];

    /// <summary>Attempts of an order, on a dead letter as on the order itself.</summary>
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

    public static void WriteStatistics(JsonElement statistics, Results results) => results.One(statistics, StatisticsFields);

    public static void Section(JsonElement item, string path, IReadOnlyList<Column> columns, string heading, Results results)
    {
        if (results.IsTable && item.ItemsOf(path).Any())
        {
            results.Heading(heading);
            results.List(columns, item.ItemsOf(path));
        }
    }
}
