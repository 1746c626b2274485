using System.CommandLine;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Filters;
using Reprocessing.Cli.Groups;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.DeadLetters;

/// <summary><c>reprocess dlq</c>.</summary>
internal static class DlqCommand
{
    private static readonly IReadOnlyList<string> Resolutions = [DeadLetterFields.Unresolved, .. StableNames.All<DeadLetterResolution>(), "any"];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "dlq",
        "The dead-letter queue: orders whose restarts are used up.",
        List(scope),
        scope.Show("One dead letter, with its attempts and notes.", ListOptions.Id("order-id", "The order."), "dead-letters", DeadLetterView.Write),
        scope.Command("stats", "How many there are, of which kinds, and since when the oldest waits.", async (session, _, cancellationToken) =>
        {
            DeadLetterView.WriteStatistics(await session.Api.GetAsync("/api/statistics/dead-letters", cancellationToken), session.Results);
            return ExitCode.Ok;
        }),
        GroupsCommand.List(scope, "groups"),
        BulkCommand.Create(scope, DeadLetterVerbs.Retry),
        BulkCommand.Create(scope, DeadLetterVerbs.Resolve),
        BulkCommand.Create(scope, DeadLetterVerbs.Purge),
        Note(scope),
        Export(scope));

    private static Command List(CommandScope scope)
    {
        var (filter, resolution, limit) = (FilterOption(), ResolutionOption(), ListOptions.Limit());
        return scope.Command(
            "list",
            "Dead letters, newest first.",
            (session, parsed, cancellationToken) =>
            {
                var list = Query("/api/dead-letters", parsed, filter, resolution);
                return session.ListAsync(DeadLetterView.Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            filter, resolution, limit);
    }

    private static Command Note(CommandScope scope)
    {
        var id = ListOptions.Id("order-id", "The order.");
        var text = new Argument<string>("text") { Description = "What is to be kept in mind." };
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: false);
        return scope.Command(
            "note",
            "Write a note on a dead letter and on its order's timeline.",
            async (session, parsed, cancellationToken) =>
            {
                // Twice written is written twice, so it is not sent again when the answer is lost.
                var body = new JsonObject { ["text"] = parsed.GetRequiredValue(text), ["author"] = act.RequestedBy(parsed) };
                var answer = await session.Api.SendAsync(
                    ApiRequest.Post(ApiPath.Of("dead-letters", parsed.GetRequiredValue(id), "notes"), body), cancellationToken);
                DeadLetterView.Write(answer, session.Results);
                return ExitCode.Ok;
            },
            id, text, act.RequestedByOption);
    }

    private static Command Export(CommandScope scope)
    {
        var (filter, resolution) = (FilterOption(), ResolutionOption());
        var target = new Option<string?>("--to") { Description = "The file; it appears when it is whole. Default: stdout.", HelpName = "file" };
        return scope.Command(
            "export",
            "All dead letters that match, as JSON lines or, with --output csv, as CSV.",
            (session, parsed, cancellationToken) =>
            {
                var format = session.Results.Format == OutputFormat.Csv ? "csv" : "jsonl";
                var path = Query("/api/exports/dead-letters", parsed, filter, resolution, ("format", format));
                return new FileDownload(session).SaveAsync(path, parsed.GetValue(target), cancellationToken);
            },
            filter, resolution, target);
    }

    private static Option<string?> FilterOption() => new("--filter", "-f") { Description = "As: errorType = timeout AND age > 1d." };

    private static Option<string?> ResolutionOption() =>
        ListOptions.Word("--resolution", "How they left the queue; those still in it unless said.", Resolutions);

    private static string Query(
        string path, ParseResult parsed, Option<string?> filter, Option<string?> resolution, params (string Name, string? Value)[] further)
    {
        var text = parsed.GetValue(filter);
        if (text is not null)
        {
            FilterCheck.Check(filter.Name, text, DeadLetterFields.Catalog);
        }

        return ApiPath.With(path, [("filter", text), ("resolution", parsed.GetValue(resolution)), .. further]);
    }
}
