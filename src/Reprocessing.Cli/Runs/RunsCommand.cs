using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Jobs;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Runs;

/// <summary><c>reprocess runs</c>.</summary>
internal static class RunsCommand
{
    private const string Collection = "reprocessing/runs";

    private static readonly IReadOnlyList<Column> StartedFields = [Column.Of("instanceId"), Column.Of("state")];

    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "runs",
        "Runs: find due orders, restart them or dead-letter them. The schedule starts them, or you.",
        Start(scope),
        scope.List("Runs, newest first.", Collection, RunView.Columns),
        scope.Show("A run, with its progress while it is running.", ListOptions.Id("run-id", "The run."), Collection, RunView.Fields),
        JobsCommand.Items(scope));

    private static Command Start(CommandScope scope)
    {
        var most = new Option<int?>("--max-orders") { Description = "Orders that it may find. Default: the app's batch size.", HelpName = "n" };
        var wait = new WaitOptions();
        return scope.Command(
            "start",
            "Start a run by hand. There is one at a time.",
            async (session, parsed, cancellationToken) =>
            {
                var timeout = wait.Timeout(parsed);
                var body = new JsonObject();
                if (parsed.GetValue(most) is { } orders)
                {
                    body["maxOrders"] = orders;
                }

                var started = await session.Api.SendAsync(ApiRequest.Post($"/api/{Collection}", body), cancellationToken);
                return wait.IsWaiting(parsed)
                    ? await new RunWatch(session).WaitAsync(started.Text("statusQueryGetUri"), timeout, cancellationToken)
                    : ShowStarted(session, started);
            },
            [most, .. wait.Symbols]);
    }

    /// <summary>Not the addresses of the management API: they may carry its key.</summary>
    private static int ShowStarted(Session session, JsonElement started)
    {
        var shown = new JsonObject { ["instanceId"] = started.Text("id"), ["state"] = "started" };
        session.Results.One(JsonSerializer.SerializeToElement(shown), StartedFields);
        session.Messages.Say("Started. Look: reprocess runs list");
        return ExitCode.Ok;
    }
}
