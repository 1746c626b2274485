using System.Runtime.CompilerServices;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Cli.Orders;

/// <summary>Lists of orders, read from the app's export as far as needed.</summary>
internal static class OrderLists
{
    public static Command List(CommandScope scope) => Create(
        scope, "list", "Orders, or those of a status.", Status(), status => status);

    public static Command Failed(CommandScope scope) => Create(
        scope,
        "failures",
        "Orders that failed and wait for a restart.",
        new Option<string?>("--status") { Description = "Only those that failed so, such as picking_failed.", HelpName = "word" },
        status => status ?? EnumNames.Of(OrderPhase.Failed));

    public static Command Export(CommandScope scope)
    {
        var status = Status();
        return scope.Export(
            "All orders in a form that an import reads: JSON lines or, with --output csv, CSV.",
            (parsed, format) => ApiPath.With("/api/exports/orders", ("format", format), ("status", parsed.GetValue(status))),
            status);
    }

    private static Command Create(
        CommandScope scope, string name, string description, Option<string?> status, Func<string?, string?> wanted)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            name,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var orders = ReadAsync(session.Api, wanted(parsed.GetValue(status)), parsed.GetValue(limit), cancellationToken);
                await session.Results.ListAsync(OrderView.Columns, orders, cancellationToken);
                return ExitCode.Ok;
            },
            status, limit);
    }

    /// <summary>The app's settings may know more statuses than this program does; it answers for them.</summary>
    private static Option<string?> Status() => new("--status") { Description = "Only orders of this status, such as completed or picking_failed.", HelpName = "word" };

    private static async IAsyncEnumerable<JsonElement> ReadAsync(
        ApiClient api, string? status, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        await foreach (var order in api.ReadLinesAsync(ApiPath.With("/api/exports/orders", ("format", "jsonl"), ("status", status)), cancellationToken))
        {
            yield return order;
            if (--left == 0)
            {
                yield break;
            }
        }
    }
}
