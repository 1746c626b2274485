using Reprocessing.Cli.Filters;
using Reprocessing.Domain.Workflows;

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
        List(scope),
        scope.Show("One workflow, with what came before it and after it.", ListOptions.Id("instance-id", "The workflow."), "workflows", Fields));

    private static Command List(CommandScope scope)
    {
        var query = new Option<string?>("--query", "-q", "--filter", "-f")
        {
            Description = "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'.",
        };
        var limit = ListOptions.Limit();
        return scope.Command(
            "list",
            "Workflows that a query asks for; without one all of them, newest first.",
            (session, parsed, cancellationToken) =>
            {
                if (parsed.GetValue(query) is { } text)
                {
                    FilterCheck.Check(query.Name, text, WorkflowFields.Catalog);
                }

                var list = ApiRequest.Ask("/api/workflows", ("query", parsed.GetValue(query)));
                return session.ListAsync(Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            query, limit);
    }
}
