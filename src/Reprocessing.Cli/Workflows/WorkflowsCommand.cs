namespace Reprocessing.Cli.Workflows;

internal static class WorkflowsCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("instanceId"), Column.Of("type"), Column.Of("status"), Column.Time("startTime"), Column.Time("closeTime"), Column.Of("orderStatus"),
        Column.Of("customerId"), Column.Number("retryCount", "retries"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        .. Columns, Column.Of("orderId"), Column.Number("generation"), Column.Number("continuations"), Column.Of("previousInstance"), Column.Of("nextInstance"),
        Column.Of("resetReason"), Column.Of("resetJobId"),
    ];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "workflows",
        "Workflows, as the app's index knows them.",
        scope.List("list", "Workflows that a query asks for; without one all of them, newest first.", "workflows", Columns, ("query", FilterOption.OfWorkflows())),
        scope.Show("One workflow, with what came before it and after it.", ListOptions.Id("instance-id", "The workflow."), "workflows", Fields));
}
