using System.Runtime.CompilerServices;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Cli.Orders;

/// <summary>Lists of orders, read from the app's export as far as needed.</summary>
internal static class OrderLists
{
    private static readonly IReadOnlyList<string> Failures = [.. FailureStatuses.All.Select(status => status.Name)];

    private static readonly IReadOnlyList<string> Statuses =
        [.. EnumNames.All<OrderPhase>().Where(name => name != EnumNames.Of(OrderPhase.Failed)), .. Failures];

    public static Command List(CommandScope scope) => Create(
        scope, "list", "Orders, or those of a status.", ListOptions.Word("--status", "Only orders of this status.", Statuses), status => [status]);

    public static Command Failed(CommandScope scope) => Create(
        scope,
        "failures",
        "Orders that failed and wait for a restart.",
        ListOptions.Word("--status", "Only those that failed so.", Failures),
        status => status is null ? Failures : [status]);

    public static Command Export(CommandScope scope)
    {
        var status = ListOptions.Word("--status", "Only orders of this status.", Statuses);
        return scope.Export(
            "All orders in a form that an import reads: JSON lines or, with --output csv, CSV.",
            (parsed, format) => ApiRequest.Ask("/api/exports/orders", ("format", format), ("status", parsed.GetValue(status))),
            status);
    }

    private static Command Create(
        CommandScope scope, string name, string description, Option<string?> status, Func<string?, IReadOnlyList<string?>> statuses)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            name,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var orders = ReadAsync(session.Api, statuses(parsed.GetValue(status)), parsed.GetValue(limit), cancellationToken);
                await session.Results.ListAsync(OrderView.Columns, orders, cancellationToken);
                return ExitCode.Ok;
            },
            status, limit);
    }

    private static async IAsyncEnumerable<JsonElement> ReadAsync(
        ApiClient api, IReadOnlyList<string?> statuses, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        foreach (var status in statuses)
        {
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
}
