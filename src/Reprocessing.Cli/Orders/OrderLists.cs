using Reprocessing.Cli.Filters;
using Reprocessing.Domain.Filters;

namespace Reprocessing.Cli.Orders;

/// <summary>Lists and the export of orders.</summary>
internal static class OrderLists
{
    public static Command List(CommandScope scope) => Create(scope, "list", "Orders, or those of a status or a filter, by id.", Status(), "any");

    public static Command Failed(CommandScope scope, string name) => Create(
        scope,
        name,
        "Orders that failed and wait for a restart, those first that are due first.",
        new Option<string?>("--status") { Description = "Only those that failed so, such as picking_failed.", HelpName = "word" },
        "failing");

    public static Command Export(CommandScope scope)
    {
        var status = Status();
        return scope.Export(
            "All orders in a form that an import reads: JSON lines or, with --output csv, CSV.",
            (parsed, format) => ApiRequest.Ask("/api/exports/orders", ("format", format), ("status", parsed.GetValue(status))),
            status);
    }

    private static Command Create(CommandScope scope, string name, string description, Option<string?> status, string otherwise)
    {
        var filter = new Option<string?>("--filter", "-f") { Description = "As: errorType = timeout AND age > 1h." };
        var limit = ListOptions.Limit();
        return scope.Command(
            name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var text = parsed.GetValue(filter);
                if (text is not null)
                {
                    FilterCheck.Check(filter.Name, text, OrderFields.Catalog);
                }

                var list = ApiRequest.Ask("/api/orders", ("filter", text), ("status", parsed.GetValue(status) ?? otherwise));
                return session.ListAsync(OrderView.Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            status, filter, limit);
    }

    /// <summary>The app's settings may know more statuses than this program does; it answers for them.</summary>
    private static Option<string?> Status() => new("--status") { Description = "Only orders of this status, such as completed or picking_failed.", HelpName = "word" };
}
