using System.CommandLine;
using System.Text.Json;
using Reprocessing.Cli.DeadLetters;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Imports;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Orders;

/// <summary><c>reprocess orders</c>.</summary>
internal static class OrdersCommand
{
    /// <summary>Of a timeline beside its order; all of it is a list of its own.</summary>
    private const int MostTold = 500;

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "orders",
        "Orders: look at them, bring them in, retry, cancel or dead-letter them.",
        OrderLists.List(scope),
        OrderLists.Failed(scope),
        Show(scope),
        scope.Part(new("orders", "timeline", OrderView.TimelineColumns), "Everything that happened to an order, oldest first.", Id()),
        BulkCommand.Create(scope, DeadLetterVerbs.Retry),
        OrderActs.DeadLetter(scope),
        OrderActs.Cancel(scope),
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
                await foreach (var told in session.Api.ReadAsync(ApiPath.Of("orders", orderId, "timeline"), MostTold, cancellationToken))
                {
                    timeline.Add(told);
                }

                OrderView.Write(order, timeline, session.Results);
                if (timeline.Count == MostTold)
                {
                    session.Messages.Warn($"Only the first {MostTold} events are shown: reprocess orders timeline {orderId} --limit 0");
                }

                return ExitCode.Ok;
            },
            id);
    }
}
